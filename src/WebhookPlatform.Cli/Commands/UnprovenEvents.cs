using WebhookPlatform.Cli.Sending;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.Cli.Commands;

/// <summary>
/// Webhooks without any proof, about which the gateway asks the provider's API: who is going to answer it, and what to set for that. Nobody but this tool knows what is simulated, so it has to answer itself, at an
/// address that the gateway's source has in the setting <see cref="IProviderSimulator.ApiSetting"/>.
/// </summary>
internal sealed class UnprovenEvents : IAsyncDisposable
{
    private const string AllowHere = "Outbound__AllowedNetworks__0=127.0.0.0/8";

    private readonly SigningTarget _target;
    private readonly SimulatedEvent _event;
    private readonly Uri _api;
    private readonly Uri? _elsewhere;

    private UnprovenEvents(SigningTarget target, SimulatedEvent unproven, Uri api, Uri? elsewhere, StandInServer? standIn) =>
        (_target, _event, _api, _elsewhere, StandIn) = (target, unproven, api, elsewhere, standIn);

    /// <summary>What answers the gateway here; null where nothing does.</summary>
    public StandInServer? StandIn { get; }

    private string Variable => $"Sources__{_target.Source}__Settings__{_target.Simulator.ApiSetting}";

    /// <summary>Gets ready for an event.</summary>
    /// <param name="choice">As on the command line.</param>
    /// <param name="here">Where to answer, as the user says; null for the address that the source has, when it is on this machine.</param>
    /// <returns>Null for events that prove themselves.</returns>
    /// <exception cref="CliException">The address is no good.</exception>
    public static UnprovenEvents? For(SigningTarget target, string choice, string? here, TimeProvider time)
    {
        var simulation = target.Simulation(time, new Random());
        if (target.Simulator.FindEvent(choice) is not { IsUnproven: true } unproven
            || target.Simulator.ServesAbout(target.Simulator.Create(unproven.Name, simulation), simulation) is not [var known, ..])
        {
            return here is null ? null : throw new CliException($"--stand-in is for events that only the provider's API proves; '{choice}' of {target.Simulator.Provider} is none.");
        }

        var set = target.Simulator.ApiSetting is { } setting && target.Settings.GetValueOrDefault(setting) is { Length: > 0 } value && Uri.TryCreate(value, UriKind.Absolute, out var uri) ? uri : null;
        if (here is not null && (!Uri.TryCreate(here, UriKind.Absolute, out var given) || !StandInServer.IsPossibleAt(given)))
        {
            throw new CliException($"'{here}' is no address to answer at. Write it like {Text(StandInServer.Usual)}: http, on this machine.");
        }

        var at = here is not null ? new Uri(here) : set is not null && StandInServer.IsPossibleAt(set) ? set : null;
        return new UnprovenEvents(target, unproven, known.Address, at is null ? set : null, at is null ? null : StandInServer.Start(at));
    }

    /// <summary>What the gateway will do, told before anything is sent.</summary>
    public string Announcement => this switch
    {
        { StandIn: { } standIn } =>
            $"Nothing in the event '{_event.Name}' proves it: the gateway asks about each. Answering in the place of {_api.Host} at {Text(standIn.Address)} while sending; the gateway needs {Variable}={Text(standIn.Address)} and {AllowHere}.",
        { _elsewhere: { } elsewhere } =>
            $"Nothing in the event '{_event.Name}' proves it: the gateway asks {elsewhere.Host} about each, as {Variable} says, and believes what is known there.",
        _ =>
            $"Nothing in the event '{_event.Name}' proves it: the gateway is going to ask {_api.Host} about each, where nobody knows what is simulated, and to answer 401, or 503 while it cannot reach {_api.Host}. "
            + $"To have it believed: set {Variable}={Text(StandInServer.Usual)} and {AllowHere} at the gateway, and send with --stand-in {Text(StandInServer.Usual)}.",
    };

    /// <summary>Lets the stand-in know a webhook that is about to be sent.</summary>
    public void Made(SignedRequest webhook, SimulationContext simulation) => StandIn?.Serve(_target.Simulator.ServesAbout(webhook, simulation));

    /// <summary>Why an answer was not 2xx; null where the announcement has said it already, or it has nothing to do with it.</summary>
    public string? Advice(string outcome) => (outcome, StandIn) switch
    {
        ("401", { Asked: 0 } standIn) => $"401: the gateway has not asked at {Text(standIn.Address)}. Does it run with {Variable}={Text(standIn.Address)}?",
        ("401", { } standIn) => $"401: the gateway has asked at {Text(standIn.Address)} and was not content: /api/rejections of the gateway tells why. Where the source has an API key, the tool needs the same, with --setting ApiKey=….",
        ("503", { Asked: 0 } standIn) => $"503: the gateway could not ask at {Text(standIn.Address)}. Is it on this machine, and does it run with {AllowHere}? Or it cannot store webhooks now.",
        ("401", null) => $"401: the gateway has asked {(_elsewhere ?? _api).Host}, which knows nothing of what is simulated here.",
        _ => null,
    };

    public ValueTask DisposeAsync() => StandIn?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
