using WebhookPlatform.Messaging.Events;

namespace WebhookPlatform.Automation.Rules;

/// <summary>A rule as operators send it; what is missing or wrong is told field by field.</summary>
/// <param name="Name">For people; 1 to 200 characters.</param>
/// <param name="Enabled">True by default.</param>
/// <param name="EventType">Contract name, e.g. <c>PaymentCompleted</c>, or <c>*</c> for every event.</param>
/// <param name="Conditions">All must hold; none by default.</param>
/// <param name="Actions">1 to 10, taken in this order.</param>
/// <param name="Version">When replacing: the version that was read.</param>
public sealed record RuleInput(
    string? Name = null,
    bool? Enabled = null,
    string? EventType = null,
    IReadOnlyList<ConditionInput?>? Conditions = null,
    IReadOnlyList<ActionInput?>? Actions = null,
    int? Version = null);

/// <summary>An action as operators send it; which fields it has depends on <paramref name="Type"/>.</summary>
/// <param name="Type"><c>http</c> or <c>notify</c>.</param>
/// <param name="Id">When replacing a rule: which of its actions this is, so that it keeps its secrets.</param>
/// <param name="Url">http: where to send the request.</param>
/// <param name="Method">http: <c>POST</c> (default) or <c>PUT</c>.</param>
/// <param name="Headers">http: further headers. <c>***</c> stands for a value that is stored and not shown.</param>
/// <param name="Secret">http: key of the signature, <c>whsec_…</c>. Made and shown once when it is left out of a new action; kept when it is left out of a known one.</param>
/// <param name="Channel">notify: <c>in-app</c>, <c>email</c> or <c>chat</c>.</param>
/// <param name="Target">notify: the e-mail address or the chat's webhook URL.</param>
/// <param name="Title">notify: Liquid template of the title.</param>
/// <param name="Body">Liquid template of the request's or notification's body; for http the event as JSON when left out.</param>
public sealed record ActionInput(
    string? Type = null,
    string? Id = null,
    string? Url = null,
    string? Method = null,
    IReadOnlyDictionary<string, string?>? Headers = null,
    string? Secret = null,
    string? Channel = null,
    string? Target = null,
    string? Title = null,
    string? Body = null);
