using System.Globalization;

namespace WebhookPlatform.Chaos.Load;

/// <summary>How the driver treats a webhook besides posting it until it is acknowledged.</summary>
public enum Treatment
{
    Plain,

    /// <summary>Posted once more after the acknowledgement, to another replica.</summary>
    Repeated,

    /// <summary>Posted to both replicas at the same time.</summary>
    PostedTwiceAtOnce,

    /// <summary>Its first connection is cut in the middle of the body.</summary>
    CutInTheMiddle,

    /// <summary>Its first connection is cut when everything is sent and nothing answered.</summary>
    CutBeforeTheAnswer,

    /// <summary>Cut in the middle of the body and never sent again: must leave no trace.</summary>
    Abandoned,

    /// <summary>Signed with a wrong secret: must be refused and leave no trace.</summary>
    Forged,
}

/// <summary>A webhook and what happens to it on its way.</summary>
public sealed record Posting(Webhook Webhook, Treatment Treatment);

/// <summary>All webhooks of a run, made from its seed, in the order in which they are posted.</summary>
public static class Workload
{
    private static readonly string[] Currencies = ["USD", "EUR", "JPY"];

    /// <param name="now">The newest webhook's time; the others occurred in the days before.</param>
    public static IReadOnlyList<Posting> Make(int seed, int count, DateTimeOffset now)
    {
        var random = new Random(seed);
        var postings = new Posting[count];
        for (var at = 0; at < count; at++)
        {
            postings[at] = new Posting(MakeWebhook(random, seed, at, count, now), Treat(random.Next(1000)));
        }

        // Refunds before their payments, the new before the old.
        random.Shuffle(postings);
        return postings;
    }

    private static Webhook MakeWebhook(Random random, int seed, int number, int count, DateTimeOffset now)
    {
        var kind = random.Next(100) switch { < 70 => WebhookKind.Completed, < 85 => WebhookKind.Failed, _ => WebhookKind.Refunded };

        // A failure may be followed by a success of the same payment, and a payment by several refunds.
        var payment = kind is WebhookKind.Completed ? number : random.Next(count);
        var amount = random.Next(10) == 0 ? random.NextInt64(Webhook.LargeFrom, 2 * Webhook.LargeFrom) : random.NextInt64(1, Webhook.LargeFrom);

        // Three days, no two webhooks in the same second as long as there are enough seconds: 61 and 259,200 have no common factor.
        var age = TimeSpan.FromSeconds(number * 61L % 259_200);
        return new Webhook(
            Id("evt", seed, number),
            kind,
            Id("pi", seed, payment),
            amount,
            Currencies[payment % Currencies.Length],
            now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)) - age);
    }

    private static string Id(string prefix, int seed, int number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}_{seed}_{number:D7}");

    private static Treatment Treat(int dice) => dice switch
    {
        < 80 => Treatment.Repeated,
        < 110 => Treatment.PostedTwiceAtOnce,
        < 130 => Treatment.CutInTheMiddle,
        < 150 => Treatment.CutBeforeTheAnswer,
        < 160 => Treatment.Abandoned,
        < 170 => Treatment.Forged,
        _ => Treatment.Plain,
    };
}
