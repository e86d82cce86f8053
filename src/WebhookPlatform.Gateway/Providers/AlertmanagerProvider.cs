using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Prometheus' Alertmanager does not sign. Its receiver's <c>http_config</c> sends a secret along: <c>authorization</c> as <c>Bearer {secret}</c>, or <c>basic_auth</c>, for which the secret is <c>user:password</c>.
/// See prometheus.io/docs/alerting/latest/configuration, webhook_config and http_config.
/// </summary>
public sealed class AlertmanagerProvider : IWebhookProvider
{
    public string Name => "alertmanager";

    /// <summary>A group is sent again with every interval until it is delivered, however long that takes; a week stands for it.</summary>
    public Redelivery Redelivery { get; } = new(RetryDays: 7, Days: 30);

    public IReadOnlyList<GivenEvent> Gives => AlertGroup.Gives;

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) =>
        BasicCredentials.ArePresented(request) ? BasicCredentials.Verify(request, source) : BearerToken.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source) => AlertGroup.Read(request.Body.Span);
}
