using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>Whether headers that the proof needs came under other names, more than once, or are those of another provider.</summary>
internal static partial class HeaderClues
{
    private const int MostCandidates = 30;

    // What every request has, and what proxies add to it.
    private static readonly HashSet<string> Ordinary = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Accept", "Accept-Encoding", "Accept-Language", "User-Agent", "Connection", "Content-Length", "Content-Type", "Content-Encoding", "Transfer-Encoding", "Cache-Control", "Pragma", "Via", "Date",
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Real-IP", "X-Request-ID", "X-Amzn-Trace-Id", "traceparent", "tracestate", "CF-Connecting-IP", "CF-RAY", "Cookie",
    };

    /// <summary>A request without the headers it needs.</summary>
    public static Finding? Missing(UnprovenCase unproven, Trials trials)
    {
        var asked = AskedFor(unproven.Request, trials);
        var missing = asked.Where(name => !IsPresent(unproven.Request, name)).ToList();
        var others = Others(unproven.Request, asked);
        return Renamed(unproven, trials, missing, others)
            ?? AnyHeader(unproven, trials, others)
            ?? Provider(unproven, trials)
            ?? (missing.Count > 0 ? new Finding(Causes.HeaderMissing, $"The header {missing[0]} is missing: the sender does not sign, or a proxy removes it.", IsProven: false) : null);
    }

    /// <summary>A header that came more than once.</summary>
    public static Finding? Repeated(UnprovenCase unproven, Trials trials)
    {
        var repeated = AskedFor(unproven.Request, trials).Where(unproven.Request.IsRepeated).ToList();
        if (repeated.Count == 0)
        {
            return null;
        }

        var headers = Copy(unproven.Request);
        foreach (var name in repeated)
        {
            if (headers[name].Distinct(StringComparer.Ordinal).Count() > 1)
            {
                return new Finding(Causes.HeaderRepeated, $"The header {name} came {headers[name].Count} times with different values: nobody can tell which one counts.", IsProven: false);
            }

            headers[name] = headers[name][0];
        }

        var words = $"The header {repeated[0]} came {unproven.Request.Headers[repeated[0]].Count} times with the same value: a proxy adds it again.";
        return trials.Believes(unproven.Request with { Headers = headers })
            ? new Finding(Causes.HeaderRepeated, $"{words} Sent once, it would be right.", IsProven: true)
            : new Finding(Causes.HeaderRepeated, words, IsProven: false);
    }

    /// <summary>Names the provider looks for in this request.</summary>
    public static IReadOnlyList<string> AskedFor(RawRequest request, Trials trials)
    {
        var recording = new RecordingHeaders(request.Headers);
        trials.Judge(request with { Headers = recording }, trials.Patient, DateTimeOffset.UnixEpoch);
        return recording.Asked;
    }

    /// <summary>Whether some header could carry a proof: what has none at all is not worth keeping.</summary>
    public static bool HasProof(RawRequest request) =>
        request.Headers.Any(header => !Ordinary.Contains(header.Key) && header.Value.Any(value => value is not null && (LooksLikeDigest().IsMatch(value) || ProofName().IsMatch(header.Key))));

    public static HeaderDictionary Copy(RawRequest request)
    {
        var copy = new HeaderDictionary();
        foreach (var (name, values) in request.Headers)
        {
            copy[name] = values;
        }

        return copy;
    }

    private static Finding? Renamed(UnprovenCase unproven, Trials trials, IReadOnlyList<string> missing, IReadOnlyList<string> others)
    {
        var headers = Copy(unproven.Request);
        (string Wanted, string Came)? first = null;

        // Putting one back makes some providers look for the next.
        for (var round = 0; round < 4; round++)
        {
            var found = missing.Where(name => !IsPresent(headers, name)).Select(name => (Wanted: name, Came: others.FirstOrDefault(other => IsSame(name, other)))).Where(pair => pair.Came is not null).ToList();
            if (found.Count == 0)
            {
                break;
            }

            foreach (var (wanted, came) in found)
            {
                headers[wanted] = headers[came!];
                first ??= (wanted, came!);
            }

            missing = [.. AskedFor(unproven.Request with { Headers = headers }, trials).Where(name => !IsPresent(headers, name))];
        }

        if (first is not var (lost, instead))
        {
            return null;
        }

        var words = $"The header {lost} came as {Shown(instead)}: a proxy before the gateway renames headers; let it pass them on as they are.";
        return trials.Believes(unproven.Request with { Headers = headers })
            ? new Finding(Causes.HeaderRenamed, $"{words} Under its own name the proof is right.", IsProven: true)
            : new Finding(Causes.HeaderRenamed, $"{words} Even under its own name no secret of the source gives it.", IsProven: false);
    }

    // The generic providers look where the source's settings say.
    private static Finding? AnyHeader(UnprovenCase unproven, Trials trials, IReadOnlyList<string> others)
    {
        if (unproven.Source.Provider is not (HmacProvider or TokenProvider))
        {
            return null;
        }

        var header = others.FirstOrDefault(other => trials.Believes(trials.Patient with { Header = other }));
        return header is null ? null : new Finding(Causes.HeaderSetting, $"The proof is in the header {Shown(header)}, where the source looks at {unproven.Source.Header}: set Header to it.", IsProven: true);
    }

    /// <summary>Whether it is another provider's webhook.</summary>
    private static Finding? Provider(UnprovenCase unproven, Trials trials)
    {
        string? resembling = null;
        foreach (var provider in ProviderCatalog.All)
        {
            if (provider is HmacProvider or TokenProvider || string.Equals(provider.Name, unproven.Source.Provider.Name, StringComparison.Ordinal))
            {
                continue;
            }

            var recording = new RecordingHeaders(unproven.Request.Headers);
            var verdict = trials.Judge(unproven.Request with { Headers = recording }, trials.Patient with { Provider = provider }, unproven.ReceivedAt);
            if (verdict.IsValid)
            {
                return new Finding(Causes.OtherProvider, $"It is signed as {provider.Name} signs, with a secret of the source: set Provider to {provider.Name}, or the sender's URL to another source.", IsProven: true);
            }

            if (resembling is null && verdict.Failure is VerificationFailure.SignatureMismatch && recording.Asked.Any(name => IsPresent(unproven.Request, name) && !Ordinary.Contains(name) && !name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)))
            {
                resembling = provider.Name;
            }
        }

        return resembling is null ? null : new Finding(Causes.OtherProvider, $"It has the headers of {resembling}, and the source's provider is {unproven.Source.Provider.Name}: the sender's URL is that of the wrong source.", IsProven: false);
    }

    private static List<string> Others(RawRequest request, IReadOnlyList<string> asked) =>
        [.. request.Headers.Keys.Where(name => !Ordinary.Contains(name) && !asked.Contains(name, StringComparer.OrdinalIgnoreCase)).Take(MostCandidates)];

    private static bool IsPresent(RawRequest request, string name) => IsPresent(request.Headers, name);

    private static bool IsPresent(IHeaderDictionary headers, string name) => headers.TryGetValue(name, out var values) && !StringValues.IsNullOrEmpty(values);

    // X- lost or added, hyphens made underscores or dropped, and what gateways put before names they keep for themselves (x-amzn-remapped-authorization).
    private static bool IsSame(string wanted, string came)
    {
        var (a, b) = (Plain(wanted), Plain(came));
        return string.Equals(a, b, StringComparison.Ordinal) || (a.Length >= 8 && b.Length > a.Length && b.EndsWith(a, StringComparison.Ordinal));
    }

    private static string Plain(string name)
    {
        var plain = string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        if (plain.StartsWith("http", StringComparison.Ordinal) && name.Length > 5 && name[4] == '_')
        {
            (plain, name) = (plain[4..], name[5..]);
        }

        return name.Length > 2 && name[0] is 'x' or 'X' && name[1] is '-' or '_' ? plain[1..] : plain;
    }

    // A name is the sender's to choose.
    private static string Shown(string name) => NotName().Replace(name.Length <= 64 ? name : name[..64], "?");

    [GeneratedRegex("[^A-Za-z0-9_-]", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex NotName();

    [GeneratedRegex("[A-Za-z0-9+/_=-]{20,}", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex LooksLikeDigest();

    [GeneratedRegex("sign|hmac|token|authorization|secret|digest|webhook", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 100)]
    private static partial Regex ProofName();
}
