using WebhookPlatform.Cli.Sending;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.Cli.Commands;

/// <summary>What to do next when webhooks were not accepted.</summary>
internal static class Advice
{
    /// <param name="unproven">Where what was sent proves nothing by itself; null where it does.</param>
    public static IEnumerable<string> For(LoadReport report, Uri address, SigningTarget target, UnprovenEvents? unproven)
    {
        if (report.Sent < report.Requested)
        {
            yield return $"Interrupted: {report.Requested - report.Sent} of {report.Requested} were not sent or not answered.";
        }

        foreach (var outcome in report.Outcomes.Keys)
        {
            if ((unproven?.Advice(outcome) ?? (outcome is "401" ? NotBelieved(address, target) : null) ?? For(outcome, address, target.Source)) is { } advice)
            {
                yield return advice;
            }
        }
    }

    // Where a secret is not simply the gateway's own, something else may be missing there.
    private static string? NotBelieved(Uri address, SigningTarget target)
    {
        var simulation = target.Simulation(TimeProvider.System, new Random());
        if (target.Simulator.Serves(simulation) is [var served, ..])
        {
            return $"401: the gateway asks {served.Address.Host} for what proves {target.Simulator.Provider}, where nobody knows the key of this simulator: it can only be believed where something else answers for {served.Address.Host}, as in tests.";
        }

        if (target.Simulator.Proof.Place is ProofPlace.Connection && address.Scheme is "http")
        {
            return $"401: {target.Simulator.Provider} shows its certificate in the TLS handshake, and {address} is not https: give an https address of the gateway itself with --to.";
        }

        return target.Simulator.Secret.IsShared && !target.Simulator.NeedsUrl
            ? null
            : $"401: the gateway did not accept the signature. Does its source '{target.Source}' have: {string.Join(", ", target.Simulator.SourceSettings(simulation).Keys.Select(key => $"Sources__{target.Source}__{key.Replace(":", "__", StringComparison.Ordinal)}"))} that belong to this secret{(target.Simulator.NeedsUrl ? $" and to the URL {target.Url}" : "")}? 'webhooks keys {target.Simulator.Provider}' prints them for a new one.";
    }

    /// <summary>A sentence about one kind of outcome, or null when all is well.</summary>
    public static string? For(string outcome, Uri address, string source) => outcome switch
    {
        ['2', _, _] => null,
        "400" => "400: the gateway could not read the request. /api/rejections of the gateway tells the reason.",
        "401" => $"401: the gateway did not accept the signature. Is the secret here the one the gateway has for source '{source}' (Sources__{source}__Secrets__0)?",
        "404" => $"404: nothing is at {address}. Does the gateway have a source '{source}'? Choose another with --source.",
        "413" => "413: the body is larger than the source allows (Sources__{name}__MaxBodyBytes).",
        "429" => "429: the gateway asks to slow down. Lower --rate, or let the tool try again with --retries 5.",
        "503" => "503: the gateway cannot store webhooks now; is its database up? Let the tool try again with --retries 5.",
        "connection refused" or "host not found" => $"Nothing answers at {address.GetLeftPart(UriPartial.Authority)} ({outcome}). Start the platform with ./run.sh, or give its address with --to.",
        "no answer in time" => "Some answers took too long. Give them longer with --timeout, or look at the gateway's log.",
        _ => $"Not accepted: {outcome}. The gateway's log tells more.",
    };
}
