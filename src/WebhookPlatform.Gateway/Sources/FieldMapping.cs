namespace WebhookPlatform.Gateway.Sources;

/// <summary>
/// How a generic source's JSON becomes domain events, declared in configuration. Field paths are dotted names, array items by number: <c>data.items.0.id</c>.
/// Several paths may be given with <c>|</c> between them, the first that is there counts: <c>orderId|order.id</c>. A value that starts with <c>=</c> is taken as it stands: <c>=USD</c>.
/// </summary>
/// <param name="EventIdField">Where the id of this one event is (not of what it is about, which several events share); null or absent in the body: the body's hash identifies it.</param>
/// <param name="EventTypeField">Where the event's type is; null: <c>event</c> or <c>type</c>.</param>
/// <param name="OccurredAtField">Where the time is: ISO 8601 text, or Unix seconds or milliseconds.</param>
/// <param name="Rules">The first rule that matches gives the event.</param>
public sealed record FieldMapping(string? EventIdField, string? EventTypeField, string? OccurredAtField, IReadOnlyList<MappingRule> Rules)
{
    /// <summary>Reads the type from <c>event</c> or <c>type</c>, and maps nothing.</summary>
    public static FieldMapping None { get; } = new(null, null, null, []);
}

/// <summary>One kind of body and the event it becomes.</summary>
/// <param name="When">Field path to the exact text it must have; all must hold.</param>
/// <param name="Event">Contract name, e.g. <c>PaymentCompleted</c>.</param>
/// <param name="Fields">Event field (<c>PaymentId</c>, <c>Amount</c>, <c>Currency</c>, …) to field path. Amounts are minor units.</param>
public sealed record MappingRule(
    IReadOnlyDictionary<string, string> When,
    string Event,
    IReadOnlyDictionary<string, string> Fields);
