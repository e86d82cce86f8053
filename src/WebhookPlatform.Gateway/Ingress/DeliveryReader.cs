using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using WebhookPlatform.Contracts;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Messaging.Outbox;
using WebhookPlatform.Messaging.Storage;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary>Reads a verified request into what is stored and what is published. Event ids are derived, so reading the same webhook again gives the same events.</summary>
public sealed partial class DeliveryReader(ILogger<DeliveryReader> logger)
{
    private const int LongestHeaderValue = 1024;
    private static readonly string[] AlwaysKept = ["Content-Type", "User-Agent"];

    /// <summary>A new delivery.</summary>
    /// <param name="body">The request's body; the delivery has it as long as its holder.</param>
    /// <param name="cameAt">When it came, if it was not believed until later: the time of what does not tell its own.</param>
    /// <param name="recovery">The run that recovers it; null for what was sent.</param>
    public PendingDelivery Read(in RawRequest request, RequestBody body, Source source, Verification verification, DateTimeOffset receivedAt, DateTimeOffset? cameAt = null, Guid? recovery = null)
    {
        var webhook = Interpret(request, source);
        webhook = webhook.OccurredAt is null && cameAt is not null ? webhook with { OccurredAt = cameAt } : webhook;
        var names = NamesOf(webhook);
        var hash = SHA256.HashData(body.Bytes.Span);
        var id = Guid.CreateVersion7(receivedAt);
        var key = webhook.EventId ?? (source.Provider.RepeatsItself ? $"delivery:{id}" : $"sha256:{Convert.ToHexStringLower(hash)}");
        var origin = new Origin(
            id, source.Name, source.Provider.Name, key, webhook.EventType, receivedAt, request.Header("Content-Type"), body.Bytes.Length, IsRecovered: recovery is not null);
        return new PendingDelivery
        {
            Id = origin.DeliveryId,
            Source = origin.Source,
            Provider = origin.Provider,
            EventKey = origin.EventKey,
            EventType = origin.EventType,
            ReceivedAt = receivedAt,
            Events = names,
            ContentType = origin.ContentType,
            Headers = KeptHeaders(request, source.Provider),
            Body = body,
            BodyHash = hash,
            Secret = (uint)verification.SecretIndex < (uint)source.Secrets.Count ? source.Secrets[verification.SecretIndex].Id : null,
            Recovery = recovery,
            ResourceKey = recovery is null ? webhook.ResourceKey : null,
            Messages = Messages(origin, webhook, names, TraceContext.Current),
        };
    }

    /// <summary>The messages of a stored delivery, read again from its raw bytes by the source's present settings.</summary>
    public IReadOnlyList<OutboxMessage> ReadAgain(Delivery delivery, Source source)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in delivery.Headers)
        {
            headers[name] = value;
        }

        var request = new RawRequest(HttpMethods.Post, "", headers, delivery.Body);
        var origin = new Origin(
            delivery.Id, delivery.Source, delivery.Provider, delivery.EventKey, delivery.EventType, delivery.ReceivedAt, delivery.ContentType, delivery.Body.Length, IsRecovered: delivery.Recovery is not null);
        var webhook = Interpret(request, source);
        return Messages(origin, webhook, NamesOf(webhook), TraceContext.Current);
    }

    // A provider's reader promises not to throw; should one break that, the webhook is kept all the same.
    private Webhook Interpret(in RawRequest request, Source source)
    {
        try
        {
            return source.Provider.Read(request, source);
        }
        catch (Exception fault)
        {
            LogUnreadable(logger, source.Name, fault.GetType().Name);
            return Webhook.Unreadable;
        }
    }

    private static List<OutboxMessage> Messages(in Origin from, Webhook webhook, string[] names, ActivityContext trace)
    {
        var messages = new List<OutboxMessage>(webhook.Events.Count + 1);
        var receivedId = DeterministicId.From("webhook", from.Source, from.EventKey);
        var received = new WebhookReceived(from.Metadata(receivedId, webhook.Subject ?? from.EventKey, webhook.OccurredAt), from.EventType, names, from.ContentType, from.Size, from.IsRecovered ? true : null);
        messages.Add(OutboxMessage.For(received, receivedId, trace));
        for (var at = 0; at < webhook.Events.Count; at++)
        {
            var draft = webhook.Events[at];
            var id = draft.Key is { } key
                ? DeterministicId.From("event", from.Source, draft.Name, key)
                : DeterministicId.From("event", from.Source, draft.Name, from.EventKey, at.ToString(CultureInfo.InvariantCulture));
            messages.Add(OutboxMessage.For(draft.Create(from.Metadata(id, draft.Subject, draft.OccurredAt ?? webhook.OccurredAt)), id, trace));
        }

        return messages;
    }

    private static string[] NamesOf(Webhook webhook)
    {
        var names = webhook.Events.Count == 0 ? [] : new string[webhook.Events.Count];
        for (var at = 0; at < names.Length; at++)
        {
            names[at] = webhook.Events[at].Name;
        }

        return names;
    }

    private static byte[] KeptHeaders(in RawRequest request, IWebhookProvider provider)
    {
        using var buffer = new PooledBuffer(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var name in AlwaysKept)
            {
                Keep(json, request, name);
            }

            foreach (var name in provider.KeptHeaders)
            {
                if (!AlwaysKept.Contains(name, StringComparer.OrdinalIgnoreCase))
                {
                    Keep(json, request, name);
                }
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Keep(Utf8JsonWriter json, in RawRequest request, string name)
    {
        if (request.Header(name) is { } value)
        {
            json.WriteString(name, value.AsSpan(0, Math.Min(value.Length, LongestHeaderValue)));
        }
    }

    /// <summary>What all messages of a delivery tell about it.</summary>
    private readonly record struct Origin(Guid DeliveryId, string Source, string Provider, string EventKey, string EventType, DateTimeOffset ReceivedAt, string? ContentType, int Size, bool IsRecovered)
    {
        public EventMetadata Metadata(Guid id, string subject, DateTimeOffset? occurredAt) => new(id, occurredAt ?? ReceivedAt, ReceivedAt, Source, Provider, EventKey, DeliveryId, subject);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A verified webhook of source {Source} could not be read ({Fault}); it is kept and published as WebhookReceived")]
    private static partial void LogUnreadable(ILogger logger, string source, string fault);
}
