using WebhookPlatform.Gateway.Providers.Mapping.Events;

namespace WebhookPlatform.Gateway.Providers.Mapping;

/// <summary>An event that a mapping can declare, with the names of its fields. <c>Amount</c> (minor units) and <c>Currency</c> together are an amount of money.</summary>
public sealed class MappableEvent
{
    private readonly Drafting _draft;

    internal MappableEvent(string name, string[] required, string[] optional, Drafting draft)
    {
        Name = name;
        Required = required;
        Optional = optional;
        _draft = draft;
    }

    internal delegate EventDraft? Drafting(in MappedFields fields);

    /// <summary>Every event but <c>WebhookReceived</c>, which needs no mapping, in the order of the <see cref="Contracts.ContractCatalog"/>.</summary>
    public static IReadOnlyList<MappableEvent> All { get; } =
    [
        .. PaymentMappings.All, .. BillingMappings.All, .. OrderMappings.All, .. CodeMappings.All, .. MessageMappings.All,
        .. FileMappings.All, .. AlertMappings.All, .. FormMappings.All, .. MeetingMappings.All,
    ];

    public string Name { get; }

    /// <summary>Fields without which there is no event.</summary>
    public IReadOnlyList<string> Required { get; }

    public IReadOnlyList<string> Optional { get; }

    /// <summary>Finds an event by name, in any case; null for an unknown one.</summary>
    public static MappableEvent? Find(string name) => All.FirstOrDefault(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    internal EventDraft? Draft(in MappedFields fields) => _draft(fields);
}
