namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>Whether the signature covers another address than the one the source says is called.</summary>
internal static class UrlClues
{
    public static Finding? Find(UnprovenCase unproven, Trials trials)
    {
        if (!unproven.Source.Provider.NeedsUrl)
        {
            return null;
        }

        var tried = new HashSet<string>(StringComparer.Ordinal) { unproven.Request.Url };
        foreach (var url in Candidates(unproven))
        {
            if (tried.Add(url) && trials.Believes(unproven.Request with { Url = url }))
            {
                var setting = unproven.Source.PublicUrl is { } set ? $"not PublicUrl, {WithoutQuery(set)}" : "and PublicUrl is not set";
                var query = url.Contains('?', StringComparison.Ordinal) ? " with its query" : unproven.Request.Query.Length > 0 || unproven.Request.Url.Contains('?', StringComparison.Ordinal) ? " without a query" : "";
                return new Finding(Causes.Url, $"The signature covers the URL {WithoutQuery(url)}{query}, {setting}: set PublicUrl to the URL exactly as it is set at the provider.", IsProven: true);
            }
        }

        return null;
    }

    private static IEnumerable<string> Candidates(UnprovenCase unproven)
    {
        string[] queries = unproven.Request.Query.Length > 0 ? [unproven.Request.Query, ""] : [""];
        foreach (var place in Places(unproven).Where(place => place.Length > 0).Distinct(StringComparer.Ordinal))
        {
            foreach (var one in new[] { place, place.EndsWith('/') ? place[..^1] : place + "/", place.ToLowerInvariant(), Uri.UnescapeDataString(place) })
            {
                foreach (var query in queries)
                {
                    yield return one + query;
                }
            }
        }
    }

    /// <summary>Schemes, hosts, ports and paths that are known from somewhere, in every combination.</summary>
    private static IEnumerable<string> Places(UnprovenCase unproven)
    {
        string?[] urls = [unproven.Request.Url, unproven.Source.PublicUrl, unproven.CalledUrl];
        var known = urls.Select(url => Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri : null).OfType<Uri>().ToList();
        string?[] named = [unproven.Request.Header("X-Forwarded-Host"), unproven.Request.Header("X-Original-Host"), unproven.Request.Header("Host")];
        var hosts = known.Select(url => url.Authority).Concat(named.OfType<string>().Where(name => Uri.CheckHostName(name.Split(':')[0]) is not UriHostNameType.Unknown)).Distinct(StringComparer.OrdinalIgnoreCase);
        var paths = known.Select(url => url.AbsolutePath).Append($"/webhooks/{unproven.Source.Name}").Append("/").Distinct(StringComparer.Ordinal).ToList();
        foreach (var host in hosts)
        {
            var bare = host.Split(':')[0];
            foreach (var authority in new[] { host, bare, bare + ":443", bare + ":80", bare.StartsWith("www.", StringComparison.Ordinal) ? bare[4..] : "www." + bare }.Distinct(StringComparer.OrdinalIgnoreCase))
            {
                foreach (var path in paths)
                {
                    yield return $"https://{authority}{path}";
                    yield return $"http://{authority}{path}";
                }
            }
        }
    }

    // A query may hold a token, and a user a password.
    private static string WithoutQuery(string url)
    {
        var end = url.IndexOf('?', StringComparison.Ordinal);
        var bare = end < 0 ? url : url[..end];
        var at = bare.IndexOf('@', StringComparison.Ordinal);
        var start = bare.IndexOf("://", StringComparison.Ordinal);
        return at > start && start >= 0 ? string.Concat(bare.AsSpan(0, start + 3), bare.AsSpan(at + 1)) : bare;
    }
}
