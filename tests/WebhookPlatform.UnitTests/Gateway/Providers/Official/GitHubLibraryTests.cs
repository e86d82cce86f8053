using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Octokit.Webhooks;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers.Official;

/// <summary>The gateway's verdict on a GitHub webhook is that of Octokit.Webhooks, GitHub's own library, but where a difference is written down.</summary>
[SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "To see that it is not taken")]
public sealed class GitHubLibraryTests
{
    private static readonly GitHubProvider Provider = new();

    private static readonly Disagreement[] Disagreements =
    [
        new("method in upper case", GatewayAccepts: false, "GitHub writes sha256 in lower case, and WebSub, where the header comes from, has no other; the library passes over case."),
        new("no secret and no signature", GatewayAccepts: false, "A source without a secret believes nobody; the library takes it for a webhook without a secret."),
    ];

    private static readonly Dictionary<string, Func<Random, Request>> Kinds = new(StringComparer.Ordinal)
    {
        ["valid"] = random => Signed(random),
        ["empty body"] = random => Signed(random, body: []),
        ["large body"] = random => Signed(random, body: Bytes(random, 300_000)),
        ["body that is no text"] = random => Signed(random, body: Bytes(random, 1000)),
        ["body with a byte order mark"] = random => Signed(random, body: [0xEF, 0xBB, 0xBF, .. "{}"u8]),
        ["secret with letters beyond ASCII"] = random => Signed(random, secrets: ["größe €" + random.Next()]),
        ["second secret"] = random => Signed(random, secrets: [Secret(random), Secret(random)], signer: 1),
        ["retired secret"] = random => Signed(random) with { Secrets = [Secret(random), Secret(random)] },
        ["secret in upper case"] = random => Signed(random) is var request ? request with { Secrets = [request.Secrets[0].ToUpperInvariant()] } : default!,
        ["secret with a space behind it"] = random => Signed(random) is var request ? request with { Secrets = [request.Secrets[0] + " "] } : default!,
        ["no secret and no signature"] = random => Signed(random) with { Secrets = [], Header = null },
        ["no secret and a signature"] = random => Signed(random) with { Secrets = [] },
        ["empty secret"] = random => Signed(random, secrets: [""]),
        ["changed byte"] = random => Signed(random) is var request ? request with { Body = Flip(request.Body, random) } : default!,
        ["line break added"] = random => Signed(random) is var request ? request with { Body = [.. request.Body, (byte)'\n'] } : default!,
        ["last byte cut"] = random => Signed(random) is var request ? request with { Body = request.Body[..^1] } : default!,
        ["no header"] = random => Signed(random) with { Header = null },
        ["empty header"] = random => Signed(random) with { Header = "" },
        ["blank header"] = random => Signed(random) with { Header = "   " },
        ["changed digit of the signature"] = random => Edit(random, hex => "sha256=" + Spoil(hex, random)),
        ["signature of another body"] = random => Signed(random) with { Body = Json(random) },
        ["signature in upper case"] = random => Edit(random, hex => "sha256=" + hex.ToUpperInvariant()),
        ["signature too short"] = random => Edit(random, hex => "sha256=" + hex[..^2]),
        ["signature too long"] = random => Edit(random, hex => "sha256=" + hex + "00"),
        ["signature of half a byte more"] = random => Edit(random, hex => "sha256=" + hex + "0"),
        ["empty signature"] = random => Edit(random, _ => "sha256="),
        ["signature in base64"] = random => Edit(random, hex => "sha256=" + Convert.ToBase64String(Convert.FromHexString(hex))),
        ["signature in quotes"] = random => Edit(random, hex => $"sha256=\"{hex}\""),
        ["without the method"] = random => Edit(random, hex => hex),
        ["method in upper case"] = random => Edit(random, hex => "SHA256=" + hex),
        ["method sha1"] = random => Edit(random, hex => "sha1=" + hex),
        ["method twice"] = random => Edit(random, hex => "sha256=sha256=" + hex),
        ["space after the method"] = random => Edit(random, hex => "sha256= " + hex),
        ["space before the method"] = random => Edit(random, hex => " sha256=" + hex),
        ["space after the signature"] = random => Edit(random, hex => $"sha256={hex} "),
        ["comma after the signature"] = random => Edit(random, hex => $"sha256={hex},"),
        ["two signatures in one header, the right one first"] = random => Edit(random, hex => $"sha256={hex},sha256={random.GetHexString(64, lowercase: true)}"),
        ["two signatures in one header, the right one last"] = random => Edit(random, hex => $"sha256={random.GetHexString(64, lowercase: true)},sha256={hex}"),
        ["header sent twice"] = random => Signed(random) with { Repeated = true },
        ["SHA-1 signature in the header of SHA-256"] = random => Signed(random) is var request ? request with { Header = "sha256=" + Convert.ToHexStringLower(HMACSHA1.HashData(Encoding.UTF8.GetBytes(request.Secrets[0]), request.Body)) } : default!,
        ["hash without a key"] = random => Signed(random) is var request ? request with { Header = "sha256=" + Convert.ToHexStringLower(SHA256.HashData(request.Body)) } : default!,
        ["secret as the signature"] = random => Signed(random) is var request ? request with { Header = "sha256=" + request.Secrets[0] } : default!,
        ["letters that are no hexadecimal"] = random => Edit(random, hex => "sha256=" + hex[..^2] + "zz"),
        ["full-width digits"] = random => Edit(random, hex => "sha256=" + string.Concat(hex.Select(digit => char.IsAsciiDigit(digit) ? (char)(digit - '0' + '０') : digit))),
    };

    public static TheoryData<string> AllKinds() => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void Verdict_is_that_of_the_library(string kind) => Judges.Compare(kind, Disagreements, random =>
    {
        var request = Kinds[kind](random);
        return new Verdicts(GatewayAccepts(request), LibraryAccepts(request));
    });

    [Fact]
    public void Valid_requests_are_accepted_and_tampered_ones_refused_by_both()
    {
        var (valid, changed) = (Kinds["valid"](new Random(1)), Kinds["changed byte"](new Random(1)));

        Assert.True(GatewayAccepts(valid) && LibraryAccepts(valid));
        Assert.False(GatewayAccepts(changed) || LibraryAccepts(changed));
    }

    [Fact]
    public void Every_disagreement_is_of_a_kind_that_is_tried() => Assert.All(Disagreements, disagreement => Assert.Contains(disagreement.Kind, Kinds));

    private static bool GatewayAccepts(Request request)
    {
        var headers = new HeaderDictionary { ["Content-Type"] = "application/json" };
        if (request.Values is { Count: > 0 } values)
        {
            headers["X-Hub-Signature-256"] = values;
        }

        var source = new Source { Name = "github", Provider = Provider, Secrets = [.. request.Secrets.Select(secret => new SourceSecret(secret))] };
        return Provider.Verify(new RawRequest("POST", "", headers, request.Body), source, DateTimeOffset.UnixEpoch).IsValid;
    }

    // As the library's own endpoint asks it: with the header's values joined, and null where no secret is set.
    private static bool LibraryAccepts(Request request) => request.Secrets.DefaultIfEmpty(null).Any(secret =>
        WebhookSignatureValidator.Verify(request.Values.ToString(), secret, request.Body) == WebhookSignatureValidationResult.Valid);

    private static Request Signed(Random random, byte[]? body = null, string[]? secrets = null, int signer = 0)
    {
        var all = secrets ?? [Secret(random)];
        var bytes = body ?? Json(random);
        return new Request(bytes, "sha256=" + Hmac(all[signer], bytes), all);
    }

    private static Request Edit(Random random, Func<string, string> header)
    {
        var request = Signed(random);
        return request with { Header = header(Hmac(request.Secrets[0], request.Body)) };
    }

    private static byte[] Json(Random random) => Encoding.UTF8.GetBytes($$"""{"action":"opened","number":{{random.Next()}},"title":"{{new string('ß', random.Next(50))}} \u20ac"}""");

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Secret(Random random) => random.GetString("abcdefghijklmnopqrstuvwxyz0123456789!$%&/()=?", 40);

    private static string Spoil(string hex, Random random)
    {
        var at = random.Next(hex.Length);
        return string.Concat(hex.AsSpan(0, at), hex[at] == '0' ? "1" : "0", hex.AsSpan(at + 1));
    }

    private static byte[] Flip(byte[] body, Random random)
    {
        var changed = body.ToArray();
        changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
        return changed;
    }

    private static string Hmac(string secret, byte[] signed) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));

    private sealed record Request(byte[] Body, string? Header, string[] Secrets)
    {
        public bool Repeated { get; init; }

        /// <summary>The header as it comes: none, once or twice.</summary>
        public StringValues Values => Header is null ? StringValues.Empty : Repeated ? new StringValues([Header, Header]) : Header;
    }
}
