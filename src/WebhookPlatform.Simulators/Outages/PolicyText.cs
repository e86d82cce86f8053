namespace WebhookPlatform.Simulators.Outages;

/// <summary>Policies in words, with what is assumed marked as such.</summary>
public static class PolicyText
{
    /// <summary>How long it waits for an answer.</summary>
    public static string Timeout(DeliveryPolicy policy) =>
        policy.Unpublished.HasFlag(UnpublishedFacts.Timeout) ? $"not published ({Durations.Text(policy.Timeout)} assumed)" : Durations.Text(policy.Timeout);

    /// <summary>How often and how long it tries again, and what ends that.</summary>
    public static string Retries(DeliveryPolicy policy)
    {
        if (policy.Unpublished.HasFlag(UnpublishedFacts.Retries))
        {
            return "not published (none assumed)";
        }

        var text = policy.Retries.Text;
        if (policy.Unpublished.HasFlag(UnpublishedFacts.Intervals))
        {
            text += " (intervals not published)";
        }

        if (policy.Order is DeliveryOrder.Queue)
        {
            text += "; in order, the first holds up the rest";
        }

        return policy.Final != AnswerRule.NoAnswer && policy.RetriedFailures is AttemptFailures.All ? $"{text}; final: {policy.Final.Text}" : text;
    }

    /// <summary>When it turns an endpoint off.</summary>
    public static string Disablement(DeliveryPolicy policy) => policy.Disablement?.Text ?? (policy.IsKnown ? "no rule published" : "not published");
}
