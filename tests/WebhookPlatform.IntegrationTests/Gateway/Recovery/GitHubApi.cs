using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.IntegrationTests.Gateway.Recovery;

/// <summary>GitHub's list of a webhook's deliveries: newest first, three days, cursor in the Link header; payloads one by one.</summary>
/// <param name="app">The client ID of a GitHub App whose webhook it is; null for a repository's.</param>
internal sealed class GitHubApi(string? app = null) : ProviderApi
{
    private readonly RSA _appKey = RSA.Create(2048);

    private readonly List<(long Id, SignedRequest Request, bool Arrived, bool Again, DateTimeOffset At)> _deliveries = [];

    private string Path => app is null ? "/repos/acme/shop/hooks/512904731/deliveries" : "/app/hook/deliveries";

    public override object Settings(string? every = null) => app is not null
        ? new { apiKey = _appKey.ExportRSAPrivateKeyPem(), url = Address, grace = "00:00:00", every, app }
        : new { apiKey = Key, url = Address, grace = "00:00:00", every, repository = "acme/shop", hookId = "512904731" };

    /// <summary>How often a payload was asked for.</summary>
    public int Fetched => Answered.Count(path => path.StartsWith(Path + "/", StringComparison.Ordinal));

    public void Add(SignedRequest request, bool arrived, bool again = false, DateTimeOffset? at = null)
    {
        lock (_deliveries)
        {
            _deliveries.Insert(0, (9_000_000_000_000 + _deliveries.Count, request, arrived, again, at ?? DateTimeOffset.UtcNow));
        }
    }

    protected override bool IsAuthorized(IHeaderDictionary headers) => (app is null ? headers.Authorization == $"Bearer {Key}" : IsTokenOfApp(headers.Authorization.ToString())) && headers["X-GitHub-Api-Version"] == "2022-11-28" && headers.UserAgent.Count > 0;

    protected override (int Status, string Body) Answer(HttpContext context)
    {
        lock (_deliveries)
        {
            var kept = _deliveries.Where(one => one.At > DateTimeOffset.UtcNow.AddDays(-3)).ToList();
            var path = context.Request.Path.Value!;
            return path == Path ? List(context, kept)
                : path.StartsWith(Path + "/", StringComparison.Ordinal) && kept.Find(one => path.EndsWith($"/{one.Id}", StringComparison.Ordinal)) is { Request: not null } found ? (200, Detail(found).ToJsonString())
                : (404, """{"message":"Not Found"}""");
        }
    }

    // RS256, and for no more than ten minutes, as GitHub wants it.
    private bool IsTokenOfApp(string authorization)
    {
        if (authorization.Split(' ') is not ["Bearer", var token] || token.Split('.') is not [var header, var claims, var signature])
        {
            return false;
        }

        var (head, body) = (JsonNode.Parse(Base64Url.DecodeFromChars(header))!, JsonNode.Parse(Base64Url.DecodeFromChars(claims))!);
        var (issued, expires, now) = (body["iat"]!.GetValue<long>(), body["exp"]!.GetValue<long>(), DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        return head["alg"]!.GetValue<string>() is "RS256" && body["iss"]!.GetValue<string>() == app && issued <= now && now < expires && expires - issued <= 600
            && _appKey.VerifyData(Encoding.ASCII.GetBytes($"{header}.{claims}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private (int Status, string Body) List(HttpContext context, List<(long Id, SignedRequest Request, bool Arrived, bool Again, DateTimeOffset At)> kept)
    {
        var query = context.Request.Query;
        var size = query.TryGetValue("per_page", out var text) ? int.Parse(text.ToString(), CultureInfo.InvariantCulture) : 30;
        var start = query.TryGetValue("cursor", out var cursor) ? int.Parse(cursor.ToString()["v1_".Length..], CultureInfo.InvariantCulture) : 0;
        if (start + size < kept.Count)
        {
            context.Response.Headers.Link = $"<{Address}{Path}?per_page={size}&cursor=v1_0>; rel=\"first\", <{Address}{Path}?per_page={size}&cursor=v1_{start + size}>; rel=\"next\"";
        }

        return (200, new JsonArray([.. kept.Skip(start).Take(size).Select(one => Entry(one))]).ToJsonString());
    }

    private static JsonObject Entry((long Id, SignedRequest Request, bool Arrived, bool Again, DateTimeOffset At) one) => new()
    {
        ["id"] = one.Id,
        ["guid"] = one.Request.EventId,
        ["delivered_at"] = one.At.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["redelivery"] = one.Again,
        ["duration"] = 0.27,
        ["status"] = one.Arrived ? "OK" : "timed out",
        ["status_code"] = one.Arrived ? 200 : 504,
        ["event"] = one.Request.EventType.Split('.')[0],
        ["action"] = JsonNode.Parse(one.Request.Body)!["action"]?.DeepClone(),
    };

    private static JsonObject Detail((long Id, SignedRequest Request, bool Arrived, bool Again, DateTimeOffset At) one)
    {
        var detail = Entry(one);
        detail["request"] = new JsonObject
        {
            ["headers"] = new JsonObject(one.Request.Headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))),
            ["payload"] = JsonNode.Parse(one.Request.Body),
        };
        return detail;
    }
}
