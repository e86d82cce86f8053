using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Grafana Alerting's webhook contact point, from version 12 on, signs the raw body with the secret under "HMAC signature" (HMAC-SHA256, hex): <c>X-Grafana-Alerting-Signature: …</c>.
/// Where a timestamp header is set there, <c>{timestamp}:</c> before the body is signed too; its name is open, so the source has to say it. Only the method POST is taken.
/// See grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier.
/// </summary>
public sealed class GrafanaProvider : IWebhookProvider
{
    private const string TimestampHeader = "TimestampHeader";

    private static readonly HmacScheme Scheme = new("X-Grafana-Alerting-Signature") { Undecodable = VerificationFailure.MalformedHeader };

    public string Name => "grafana";

    /// <summary>A group is sent again with every interval until it is delivered, however long that takes; a week stands for it.</summary>
    public Redelivery Redelivery { get; } = new(RetryDays: 7, Days: 30);

    public IReadOnlyList<ProviderSetting> Settings { get; } =
    [
        new(TimestampHeader, "The contact point's \"Timestamp header\", e.g. X-Grafana-Alerting-Signature-Timestamp, where it has one: then old requests are refused."),
    ];

    public IReadOnlyList<GivenEvent> Gives => AlertGroup.Gives;

    public IEnumerable<string> Validate(Source source) =>
        source.Setting(TimestampHeader) is { } name && !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? [.. SourceChecks.Secrets(source), $"Settings:{TimestampHeader} '{name}' is no HTTP header name: use letters, digits and hyphens."]
            : SourceChecks.Secrets(source);

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (source.Setting(TimestampHeader) is not { } header)
        {
            return Scheme.Verify(request, source);
        }

        if (!request.TryGetSingle(header, out var timestamp, out var failure))
        {
            return failure;
        }

        if (!SignedTimestamp.TryParse(timestamp, out var unixSeconds))
        {
            return VerificationFailure.MalformedHeader;
        }

        var verification = Scheme.Verify(request, source, timestamp + ":");
        return verification.IsValid && SignedTimestamp.Check(unixSeconds, source.Tolerance, now) is { } untimely ? untimely : verification;
    }

    public Webhook Read(in RawRequest request, Source source) => AlertGroup.Read(request.Body.Span);
}
