using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using WebhookPlatform.Contracts;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary>Reads a verified request into what is stored and what is published. Event ids are derived, so reading the same webhook again gives the same events.</summary>
public sealed partial class DeliveryReader(ILogger<DeliveryReader> logger)
{
    private const int LongestHeaderValue = 1024;
    private static readonly string[] AlwaysKept = ["Content-Type", "User-Agent"];

    /// <summary>A new delivery.</summary>
    /// <param name="body">The request's body, kept as it is.</param>
    public PendingDelivery Read(in RawRequest request, byte[] body, Source source, DateTimeOffset receivedAt)
    {
        var webhook = Interpret(request, source);
        var hash = SHA256.HashData(body);
        var headers = KeptHeaders(request, source.Provider);
        var delivery = new Delivery
        {
            Id = Guid.CreateVersion7(receivedAt),
            Source = source.Name,
            Provider = source.Provider.Name,
            EventKey = webhook.EventId ?? $"sha256:{Convert.ToHexStringLower(hash)}",
            EventType = webhook.EventType,
            Status = DeliveryStatus.Accepted,
            ReceivedAt = receivedAt,
            Events = [.. webhook.Events.Select(draft => draft.Name)],
            ContentType = request.Header("Content-Type"),
            Headers = headers,
            Body = body,
            BodyHash = hash,
        };
        return new PendingDelivery(delivery, JsonSerializer.Serialize(headers, JsonSerializerOptions.Default), Messages(delivery, webhook, Activity.Current?.Context ?? default));
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
        return Messages(delivery, Interpret(request, source), Activity.Current?.Context ?? default);
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

    private static List<OutboxMessage> Messages(Delivery delivery, Webhook webhook, ActivityContext trace)
    {
        var messages = new List<OutboxMessage>(webhook.Events.Count + 1);
        var received = new WebhookReceived(
            Metadata(DeterministicId.From("webhook", delivery.Source, delivery.EventKey), webhook.Subject ?? delivery.EventKey, webhook.OccurredAt),
            delivery.EventType,
            [.. webhook.Events.Select(draft => draft.Name)],
            delivery.ContentType,
            delivery.Body.Length);
        messages.Add(OutboxMessage.For(received, received.Metadata.EventId, trace));
        for (var at = 0; at < webhook.Events.Count; at++)
        {
            var draft = webhook.Events[at];
            var id = draft.Key is { } key
                ? DeterministicId.From("event", delivery.Source, draft.Name, key)
                : DeterministicId.From("event", delivery.Source, draft.Name, delivery.EventKey, at.ToString(System.Globalization.CultureInfo.InvariantCulture));
            messages.Add(OutboxMessage.For(draft.Create(Metadata(id, draft.Subject, draft.OccurredAt ?? webhook.OccurredAt)), id, trace));
        }

        return messages;

        EventMetadata Metadata(Guid id, string subject, DateTimeOffset? occurredAt) => new(
            id, occurredAt ?? delivery.ReceivedAt, delivery.ReceivedAt, delivery.Source, delivery.Provider, delivery.EventKey, delivery.Id, subject);
    }

    private static Dictionary<string, string> KeptHeaders(in RawRequest request, IWebhookProvider provider)
    {
        var kept = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in AlwaysKept)
        {
            Keep(request, name);
        }

        foreach (var name in provider.KeptHeaders)
        {
            Keep(request, name);
        }

        return kept;

        void Keep(in RawRequest from, string name)
        {
            if (from.Header(name) is { } value)
            {
                kept[name] = value.Length <= LongestHeaderValue ? value : value[..LongestHeaderValue];
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A verified webhook of source {Source} could not be read ({Fault}); it is kept and published as WebhookReceived")]
    private static partial void LogUnreadable(ILogger logger, string source, string fault);
}
