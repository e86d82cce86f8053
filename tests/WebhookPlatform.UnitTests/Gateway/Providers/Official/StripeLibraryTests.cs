using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Stripe;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;
using Source = WebhookPlatform.Gateway.Sources.Source;

namespace WebhookPlatform.UnitTests.Gateway.Providers.Official;

/// <summary>The gateway's verdict on a Stripe webhook is that of Stripe.net, Stripe's own library, but where a difference is written down.</summary>
public sealed class StripeLibraryTests
{
    private const long Tolerance = 300;
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);
    private static readonly StripeProvider Provider = new();

    private static readonly Disagreement[] Disagreements =
    [
        new("signature in upper case", GatewayAccepts: true, "Hexadecimal digits mean the same in either case; Stripe.net compares text."),
        new("item without a name", GatewayAccepts: true, "What is no item that matters is passed over; Stripe.net refuses the whole header."),
        new("comma at the end", GatewayAccepts: true, "An empty item is passed over; Stripe.net refuses the whole header."),
        new("two times, the right one first", GatewayAccepts: false, "Two times leave open which one was signed; Stripe.net takes the first."),
        new("header sent twice", GatewayAccepts: false, "Repeated headers may be read differently on the way; ASP.NET Core joins them and Stripe.net takes the first."),
        new("plus before the time", GatewayAccepts: false, "A time is digits; Stripe.net reads it as a number with a sign."),
        new("seventeen signatures, the right one last", GatewayAccepts: false, "Stripe sends one signature for each active secret; the gateway bounds the work that one request can cause."),
    ];

    private static readonly Dictionary<string, Func<Random, Request>> Kinds = new(StringComparer.Ordinal)
    {
        ["valid"] = random => Signed(random),
        ["empty body"] = random => Signed(random, body: []),
        ["large body"] = random => Signed(random, body: Encoding.UTF8.GetBytes(new string('€', 100_000) + random.Next())),
        ["body with a byte order mark"] = random => Signed(random, body: [0xEF, 0xBB, 0xBF, .. "{}"u8]),
        ["second secret"] = random => Signed(random, secrets: random2 => [Secret(random2), Secret(random2)], signer: 1),
        ["retired secret"] = random => Signed(random) with { Secrets = [Secret(random), Secret(random)] },
        ["signed by both secrets"] = random => Both(random),
        ["secret without its prefix"] = random => Signed(random) is var request ? request with { Secrets = [request.Secrets[0]["whsec_".Length..]] } : default!,
        ["empty secret"] = random => Signed(random, secrets: _ => [""]),
        ["no secret"] = random => Signed(random) with { Secrets = [] },
        ["changed byte"] = random => Signed(random) is var request ? request with { Body = Flip(request.Body, random) } : default!,
        ["line break added"] = random => Signed(random) is var request ? request with { Body = [.. request.Body, (byte)'\n'] } : default!,
        ["last byte cut"] = random => Signed(random) is var request ? request with { Body = request.Body[..^1] } : default!,
        ["changed digit of the signature"] = random => Edit(random, (time, v1) => $"t={time},v1={Spoil(v1, random)}"),
        ["signature too short"] = random => Edit(random, (time, v1) => $"t={time},v1={v1[..^2]}"),
        ["signature too long"] = random => Edit(random, (time, v1) => $"t={time},v1={v1}00"),
        ["signature in quotes"] = random => Edit(random, (time, v1) => $"t={time},v1=\"{v1}\""),
        ["signature in upper case"] = random => Edit(random, (time, v1) => $"t={time},v1={v1.ToUpperInvariant()}"),
        ["signature in base64"] = random => Edit(random, (time, v1) => $"t={time},v1={Convert.ToBase64String(Convert.FromHexString(v1))}"),
        ["empty signature"] = random => Edit(random, (time, _) => $"t={time},v1="),
        ["signature of the body alone"] = random => Signed(random) is var request ? request with { Header = $"t={Unix(0)},v1={Hmac(request.Secrets[0], request.Body)}" } : default!,
        ["signature of another time"] = random => Edit(random, (_, v1) => $"t={Unix(-1)},v1={v1}"),
        ["within the tolerance"] = random => Signed(random, seconds: random.Next(-300, 301)),
        ["as old as is allowed"] = random => Signed(random, seconds: -300),
        ["a second too old"] = random => Signed(random, seconds: -301),
        ["old"] = random => Signed(random, seconds: -random.Next(302, 1_000_000_000)),
        ["as early as is allowed"] = random => Signed(random, seconds: 300),
        ["a second too early"] = random => Signed(random, seconds: 301),
        ["from the future"] = random => Signed(random, seconds: random.Next(302, 300_000_000)),
        ["old and wrong"] = random => Signed(random, seconds: -1000) with { Secrets = [Secret(random)] },
        ["several signatures, the right one first"] = random => Edit(random, (time, v1) => $"t={time},v1={v1},v1={Hex(random)},v1={Hex(random)}"),
        ["several signatures, the right one last"] = random => Edit(random, (time, v1) => $"t={time},v1={Hex(random)},v1={Hex(random)},v1={v1}"),
        ["several signatures, one no hexadecimal"] = random => Edit(random, (time, v1) => $"t={time},v1=potato,v1={v1}"),
        ["sixteen signatures, the right one last"] = random => Edit(random, (time, v1) => $"t={time},{Many(15, random)},v1={v1}"),
        ["seventeen signatures, the right one last"] = random => Edit(random, (time, v1) => $"t={time},{Many(16, random)},v1={v1}"),
        ["several wrong signatures"] = random => Edit(random, (time, _) => $"t={time},{Many(3, random)}"),
        ["only the older version"] = random => Edit(random, (time, v1) => $"t={time},v0={v1}"),
        ["only a version to come"] = random => Edit(random, (time, v1) => $"t={time},v2={v1}"),
        ["the older version right, the newer wrong"] = random => Edit(random, (time, v1) => $"t={time},v0={v1},v1={Hex(random)}"),
        ["the older version wrong, the newer right"] = random => Edit(random, (time, v1) => $"t={time},v0={Hex(random)},v1={v1}"),
        ["signature before the time"] = random => Edit(random, (time, v1) => $"v1={v1},t={time}"),
        ["unknown items"] = random => Edit(random, (time, v1) => $"x=1,t={time},nonce=,v1={v1},z=a=b"),
        ["item without a name"] = random => Edit(random, (time, v1) => $"t={time},potato,v1={v1}"),
        ["comma at the end"] = random => Edit(random, (time, v1) => $"t={time},v1={v1},"),
        ["spaces after commas"] = random => Edit(random, (time, v1) => $"t={time}, v1={Hex(random)},  v1={v1}"),
        ["spaces before commas"] = random => Edit(random, (time, v1) => $"t={time} ,v1={v1} ,v0={Hex(random)}"),
        ["tabs"] = random => Edit(random, (time, v1) => $"t={time}\t,\tv1={v1}"),
        ["spaces at both ends"] = random => Edit(random, (time, v1) => $"  t={time},v1={v1}  "),
        ["space before the equals sign"] = random => Edit(random, (time, v1) => $"t={time},v1 ={v1}"),
        ["space after the equals sign"] = random => Edit(random, (time, v1) => $"t= {time},v1={v1}"),
        ["space before the signature"] = random => Edit(random, (time, v1) => $"t={time},v1= {v1}"),
        ["names in upper case"] = random => Edit(random, (time, v1) => $"T={time},V1={v1}"),
        ["semicolons"] = random => Edit(random, (time, v1) => $"t={time};v1={v1}"),
        ["no header"] = random => Signed(random) with { Header = null },
        ["empty header"] = random => Signed(random) with { Header = "" },
        ["blank header"] = random => Signed(random) with { Header = "   " },
        ["nothing but the signature"] = random => Edit(random, (_, v1) => v1),
        ["no time"] = random => Edit(random, (_, v1) => $"v1={v1}"),
        ["no signature"] = random => Edit(random, (time, _) => $"t={time}"),
        ["empty time"] = random => Edit(random, (_, v1) => $"t=,v1={v1}"),
        ["time is no number"] = random => Resigned(random, "yesterday"),
        ["time with a fraction"] = random => Resigned(random, Unix(0) + ".5"),
        ["time in milliseconds"] = random => Resigned(random, Unix(0) + "000"),
        ["negative time"] = random => Resigned(random, "-" + Unix(0)),
        ["zeros before the time"] = random => Resigned(random, "000" + Unix(0)),
        ["plus before the time"] = random => Resigned(random, "+" + Unix(0)),
        ["two times, the right one first"] = random => Edit(random, (time, v1) => $"t={time},t={Unix(-1)},v1={v1}"),
        ["two times, the right one last"] = random => Edit(random, (time, v1) => $"t={Unix(-1)},t={time},v1={v1}"),
        ["header sent twice"] = random => Signed(random) is var request ? request with { Repeated = true } : default!,
    };

    public static TheoryData<string> AllKinds() => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void Verdict_is_that_of_the_library(string kind) => Judges.Compare(kind, Disagreements, random =>
    {
        var request = Kinds[kind](random);
        return new Verdicts(GatewayAccepts(request), request.Secrets.Any(secret => LibraryAccepts(request, secret)));
    });

    [Fact]
    public void Valid_requests_are_accepted_and_tampered_ones_refused_by_both()
    {
        var (valid, changed) = (Kinds["valid"](new Random(1)), Kinds["changed byte"](new Random(1)));

        Assert.True(GatewayAccepts(valid) && LibraryAccepts(valid, valid.Secrets[0]));
        Assert.False(GatewayAccepts(changed) || LibraryAccepts(changed, changed.Secrets[0]));
    }

    [Fact]
    public void Every_disagreement_is_of_a_kind_that_is_tried() => Assert.All(Disagreements, disagreement => Assert.Contains(disagreement.Kind, Kinds));

    [Fact]
    public void Header_made_by_the_library_is_accepted()
    {
        for (var seed = 0; seed < Judges.Seeds; seed++)
        {
            var random = new Random(seed);
            var (body, secret) = (Json(random), Secret(random));
            var header = EventUtility.GenerateSignatureHeader(Encoding.UTF8.GetString(body), secret, Now.ToUnixTimeSeconds());

            Assert.True(GatewayAccepts(new Request(body, header, [secret])));
            Assert.False(GatewayAccepts(new Request(Flip(body, random), header, [secret])));
        }
    }

    private static bool GatewayAccepts(Request request)
    {
        var headers = new HeaderDictionary { ["Content-Type"] = "application/json" };
        if (request.Header is { } header)
        {
            headers["Stripe-Signature"] = request.Repeated ? new StringValues([header, header]) : header;
        }

        var source = new Source { Name = "stripe", Provider = Provider, Secrets = [.. request.Secrets.Select(secret => new SourceSecret(secret))], Tolerance = TimeSpan.FromSeconds(Tolerance) };
        return Provider.Verify(new RawRequest("POST", "", headers, request.Body), source, Now).IsValid;
    }

    private static bool LibraryAccepts(Request request, string secret)
    {
        // What an application gets from Request.Headers[…].ToString().
        var header = request.Repeated ? new StringValues([request.Header, request.Header]).ToString() : request.Header ?? "";
        try
        {
            EventUtility.ValidateSignature(Encoding.UTF8.GetString(request.Body), header, secret, Tolerance, Now.ToUnixTimeSeconds());
            return true;
        }
        catch (Exception refusal) when (refusal is StripeException or FormatException or OverflowException)
        {
            return false;
        }
    }

    private static Request Signed(Random random, byte[]? body = null, Func<Random, string[]>? secrets = null, int signer = 0, int seconds = 0)
    {
        var all = secrets?.Invoke(random) ?? [Secret(random)];
        var bytes = body ?? Json(random);
        return new Request(bytes, $"t={Unix(seconds)},v1={Hmac(all[signer], Timed(Unix(seconds), bytes))}", all);
    }

    private static Request Both(Random random)
    {
        var (first, second, body) = (Secret(random), Secret(random), Json(random));
        var signed = Timed(Unix(0), body);
        return new Request(body, $"t={Unix(0)},v1={Hmac(second, signed)},v1={Hmac(first, signed)}", [first, second]);
    }

    private static Request Edit(Random random, Func<string, string, string> header)
    {
        var request = Signed(random);
        return request with { Header = header(Unix(0), Hmac(request.Secrets[0], Timed(Unix(0), request.Body))) };
    }

    private static Request Resigned(Random random, string time)
    {
        var request = Signed(random);
        return request with { Header = $"t={time},v1={Hmac(request.Secrets[0], Timed(time, request.Body))}" };
    }

    private static string Unix(int seconds) => Now.AddSeconds(seconds).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static byte[] Timed(string time, byte[] body) => [.. Encoding.UTF8.GetBytes(time + "."), .. body];

    private static byte[] Json(Random random) => Encoding.UTF8.GetBytes($$"""{"id":"evt_{{random.Next()}}","text":"{{new string('ß', random.Next(50))}} \u20ac","n":[{{random.NextDouble()}}]}""");

    private static string Secret(Random random) => "whsec_" + random.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 32);

    private static string Hex(Random random) => random.GetHexString(64, lowercase: true);

    private static string Many(int count, Random random) => string.Join(',', Enumerable.Range(0, count).Select(_ => "v1=" + Hex(random)));

    private static string Spoil(string hex, Random random)
    {
        var at = random.Next(hex.Length);
        return string.Concat(hex.AsSpan(0, at), hex[at] == '0' ? "1" : "0", hex.AsSpan(at + 1));
    }

    private static byte[] Flip(byte[] body, Random random)
    {
        // The lowest bit of a letter or digit, so that the text stays UTF-8, which is all that the library can judge.
        var places = Enumerable.Range(0, body.Length).Where(at => char.IsAsciiLetterOrDigit((char)body[at])).ToArray();
        var changed = body.ToArray();
        changed[places[random.Next(places.Length)]] ^= 1;
        return changed;
    }

    private static string Hmac(string secret, byte[] signed) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));

    private sealed record Request(byte[] Body, string? Header, string[] Secrets)
    {
        public bool Repeated { get; init; }
    }
}
