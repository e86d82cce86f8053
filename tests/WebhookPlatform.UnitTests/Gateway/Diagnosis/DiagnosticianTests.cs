using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using WebhookPlatform.Gateway.Diagnosis;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Simulators;
using WebhookPlatform.UnitTests.Simulators;

namespace WebhookPlatform.UnitTests.Gateway.Diagnosis;

/// <summary>Each way a webhook of an honest sender fails is told apart, and no forgery is taken for one.</summary>
public sealed class DiagnosticianTests
{
    private const string Secret = "whsec_first_secret_of_these_tests";
    private const string OldSecret = "whsec_older_secret_of_these_tests";
    private const string Json = """{"id":"evt_1","name":"Zoë <&> a/b","amount":1.50,"list":[1,{"b":true,"a":null}],"empty":{},"livemode":true}""";

    private static readonly DateTimeOffset Now = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    public static TheoryData<string, string, string> ChangedBodies => new()
    {
        { "line break added", Json, Json + "\n" },
        { "line break removed", Json + "\n", Json },
        { "CR LF removed", Json + "\r\n", Json },
        { "line breaks changed", "{\r\n\"a\": 1\r\n}\r\n", "{\n\"a\": 1\n}\n" },
        { "line breaks changed back", "{\n\"a\": 1\n}", "{\r\n\"a\": 1\r\n}" },
        { "byte order mark added", Json, "\uFEFF" + Json },
        { "byte order mark removed", "\uFEFF" + Json, Json },
        { "blank space added", Json, "  " + Json + " \n" },
        { "indented", Json, "{\n  \"id\": \"evt_1\",\n  \"name\": \"Zoë <&> a/b\",\n  \"amount\": 1.50,\n  \"list\": [\n    1,\n    {\n      \"b\": true,\n      \"a\": null\n    }\n  ],\n  \"empty\": {},\n  \"livemode\": true\n}" },
        { "compacted", "{\n  \"a\": 1,\n  \"b\": [\n    2\n  ]\n}", """{"a":1,"b":[2]}""" },
        { "compacted from Python", """{"a": 1, "b": [2, 3]}""", """{"a":1,"b":[2,3]}""" },
        { "escapes undone", """{"a":"Zo\u00eb"}""", """{"a":"Zoë"}""" },
        { "escapes added", """{"a":"Zoë"}""", """{"a":"Zo\u00EB"}""" },
        { "slashes of PHP undone", """{"a":"https:\/\/x.test\/1"}""", """{"a":"https://x.test/1"}""" },
        { "escapes of Go undone", """{"a":"\u003cb\u003e"}""", """{"a":"<b>"}""" },
        { "fields reordered", """{"a":1,"b":2,"c":{"x":1,"y":2}}""", """{"c":{"y":2,"x":1},"b":2,"a":1}""" },
        { "quoted as a string", Json, System.Text.Json.JsonSerializer.Serialize(Json) },
        { "dropped and filled", "", "{}" },
    };

    public static TheoryData<string> Providers => [.. SimulatorCatalog.All.Select(simulator => simulator.Provider)];

    [Theory]
    [MemberData(nameof(ChangedBodies))]
    public void A_body_that_was_changed_on_its_way_is_recognized(string what, string covered, string came)
    {
        var finding = Diagnose(Razorpay(covered) with { Body = Encoding.UTF8.GetBytes(came) }, Source("razorpay"));

        Assert.True(finding is { Cause: "body", IsProven: true }, what);
        AssertDiscreet(finding);
    }

    [Fact]
    public void A_body_in_another_encoding_is_recognized()
    {
        var signed = Encoding.UTF8.GetBytes(Json);
        var narrow = Encoding.Latin1.GetBytes(Json);
        var twice = Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(signed));

        Assert.Contains("where Latin-1 came", Diagnose(Razorpay(signed) with { Body = narrow }, Source("razorpay")).Sentence, StringComparison.Ordinal);
        Assert.Contains("in Latin-1, where UTF-8 came", Diagnose(Razorpay(narrow) with { Body = signed }, Source("razorpay")).Sentence, StringComparison.Ordinal);
        Assert.Contains("second time", Diagnose(Razorpay(signed) with { Body = twice }, Source("razorpay")).Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-3600, "1 hour", "time zone")]
    [InlineData(-432, "7 minutes and 12 seconds ago", "clock")]
    [InlineData(720, "12 minutes ahead", "clock")]
    [InlineData(-259_200, "3 days ago", "clock")]
    public void A_wrong_clock_is_told_with_how_much(int seconds, string amount, string cause)
    {
        var finding = Diagnose(Stripe(Json, Secret, Now.AddSeconds(seconds)), Source("stripe"));

        Assert.Equal(("clock", true), (finding.Cause, finding.IsProven));
        Assert.Contains(amount == "1 hour" ? "60 minutes ago" : amount, finding.Sentence, StringComparison.Ordinal);
        Assert.Contains(cause, finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Milliseconds_for_seconds_are_recognized() =>
        Assert.Contains("milliseconds", Diagnose(Stripe(Json, Secret, Now.ToUnixTimeMilliseconds()), Source("stripe")).Sentence, StringComparison.Ordinal);

    [Fact]
    public void A_secret_that_was_rotated_out_is_named()
    {
        var finding = Diagnose(Stripe(Json, OldSecret, Now), Source("stripe"), unproven => unproven with
        {
            Retired = [new RetiredSecret(new SourceSecret("whsec_another"), Now.AddDays(-9)), new RetiredSecret(new SourceSecret(OldSecret), Now.AddDays(-2))],
        });

        Assert.Equal(("retired-secret", true), (finding.Cause, finding.IsProven));
        Assert.Contains("2026-03-12 15:09 UTC", finding.Sentence, StringComparison.Ordinal);
        AssertDiscreet(finding);
    }

    [Fact]
    public void The_secret_of_another_source_is_named()
    {
        var other = Source("stripe") with { Name = "stripe-test", Secrets = [new SourceSecret("whsec_unused"), new SourceSecret(OldSecret)] };
        var finding = Diagnose(Stripe(Json, OldSecret, Now), Source("stripe"), unproven => unproven with { Others = [unproven.Source, other] });

        Assert.Equal(("other-source", true), (finding.Cause, finding.IsProven));
        Assert.Contains("'stripe-test'", finding.Sentence, StringComparison.Ordinal);
        Assert.Contains("live event (livemode is true)", finding.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"livemode":false}""", "livemode is false")]
    [InlineData("""{"meta":{"test_mode":true}}""", "test_mode is true")]
    [InlineData("""{"data":{"domain":"test"}}""", "domain is test")]
    [InlineData("""{"environment":"SANDBOX"}""", "environment is sandbox")]
    public void A_test_event_whose_secret_is_unknown_is_told(string body, string said)
    {
        var finding = Diagnose(Stripe(body, OldSecret, Now), Source("stripe"));

        Assert.Equal(("test-mode", false), (finding.Cause, finding.IsProven));
        Assert.Contains(said, finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_live_event_at_a_source_of_test_mode_is_told()
    {
        var finding = Diagnose(Stripe(Json, OldSecret, Now), Source("stripe", "whsec_test_of_these_tests"));

        Assert.Equal(("live-mode", false), Shape(finding));
        Assert.Contains("secret is one of test mode", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_whose_characters_were_lost_on_the_way_is_told_apart_from_a_forgery()
    {
        var finding = Diagnose(Razorpay("{\"name\":\"Zo\u00eb\"}") with { Body = "{\"name\":\"Zo\uFFFD\"}"u8.ToArray() }, Source("razorpay"));

        Assert.Equal(("body-encoding", false), Shape(finding));
    }

    [Theory]
    [InlineData(VerificationFailure.MissingHeader, "header-missing")]
    [InlineData(VerificationFailure.MalformedHeader, "signature-malformed")]
    [InlineData(VerificationFailure.NoSupportedScheme, "signature-scheme")]
    [InlineData(VerificationFailure.StaleTimestamp, "clock")]
    [InlineData(VerificationFailure.FutureTimestamp, "clock")]
    [InlineData(VerificationFailure.UntrustedKey, "key-untrusted")]
    [InlineData(VerificationFailure.NotAllowed, "not-allowed")]
    [InlineData(VerificationFailure.SignatureMismatch, "undiagnosed")]
    [InlineData(VerificationFailure.TokenMismatch, "undiagnosed")]
    public void What_is_not_looked_into_has_the_cause_that_its_failure_tells(VerificationFailure failure, string cause)
    {
        Assert.Equal((cause, false), Shape(Diagnostician.Undiagnosed(failure)));
        Assert.Contains(cause, (IReadOnlySet<string>)Causes.All);
    }

    [Fact]
    public void Causes_are_short_names_and_all_of_them_are_listed()
    {
        var names = typeof(Causes).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).ToList();

        Assert.Equal(names.Order(StringComparer.Ordinal), Causes.All.Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Matches("^[a-z]+(-[a-z]+)*$", name));
    }

    [Theory]
    [InlineData("whsec_first_secret_of_these_tests\n", "line break")]
    [InlineData("first_secret_of_these_tests", "without its prefix whsec_")]
    public void A_secret_in_another_form_is_told(string atSender, string words) =>
        Assert.Contains(words, Diagnose(Stripe(Json, atSender, Now), Source("stripe")).Sentence, StringComparison.Ordinal);

    [Fact]
    public void A_key_that_the_sender_decodes_is_told()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var request = Signed(Json, "X-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(Json))));

        Assert.Contains("decoded from base64", Diagnose(request, Source("hmac", Convert.ToBase64String(key))).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void The_right_digest_in_another_encoding_is_recognized()
    {
        var digest = Digest(Json, Secret);
        var hex = Convert.ToHexStringLower(digest);

        Assert.Contains("in base64 where hexadecimal", Diagnose(Signed(Json, "X-Razorpay-Signature", Convert.ToBase64String(digest)), Source("razorpay")).Sentence, StringComparison.Ordinal);
        Assert.Contains("'sha256=' before it", Diagnose(Signed(Json, "X-Razorpay-Signature", "sha256=" + hex), Source("razorpay")).Sentence, StringComparison.Ordinal);
        Assert.Contains("without 'sha256='", Diagnose(Signed(Json, "X-Hub-Signature-256", hex), Source("github")).Sentence, StringComparison.Ordinal);
        Assert.Contains("in base64 where hexadecimal", Diagnose(Signed(Json, "X-Hub-Signature-256", "sha256=" + Convert.ToBase64String(digest)), Source("github")).Sentence, StringComparison.Ordinal);
        Assert.Contains("hexadecimal text in base64", Diagnose(Signed(Json, "X-Razorpay-Signature", Convert.ToBase64String(Encoding.ASCII.GetBytes(hex))), Source("razorpay")).Sentence, StringComparison.Ordinal);
        Assert.Contains("in quotes", Diagnose(Signed(Json, "X-Razorpay-Signature", $"\"{hex}\""), Source("razorpay")).Sentence, StringComparison.Ordinal);
        Assert.Contains("there twice", Diagnose(Signed(Json, "X-Razorpay-Signature", $"{hex}, {hex}"), Source("razorpay")).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_of_a_generic_source_that_do_not_fit_are_named()
    {
        var body = Encoding.UTF8.GetBytes(Json);
        var sha512 = "sha512=" + Convert.ToBase64String(HMACSHA512.HashData(Encoding.UTF8.GetBytes(Secret), body));

        Assert.Contains("set Algorithm to sha512 and Encoding to base64 and Prefix to 'sha512='", Diagnose(Signed(Json, "X-Signature", sha512), Source("hmac")).Sentence, StringComparison.Ordinal);
        Assert.Contains("set Header to it", Diagnose(Signed(Json, "X-Partner", Convert.ToHexStringLower(Digest(Json, Secret))), Source("hmac")).Sentence, StringComparison.Ordinal);
        Assert.Contains("in the header X-Token", Diagnose(Signed(Json, "X-Token", Secret), Source("token")).Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Razorpay-Signature")]
    [InlineData("X_Razorpay_Signature")]
    [InlineData("HTTP_X_RAZORPAY_SIGNATURE")]
    [InlineData("x-amzn-remapped-x-razorpay-signature")]
    public void A_header_that_a_proxy_renames_is_found(string came)
    {
        var finding = Diagnose(Signed(Json, came, Convert.ToHexStringLower(Digest(Json, Secret))), Source("razorpay"));

        Assert.Equal(("header-renamed", true), (finding.Cause, finding.IsProven));
        Assert.Contains($"X-Razorpay-Signature came as {came}", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void All_headers_of_a_scheme_may_be_renamed()
    {
        var headers = new HeaderDictionary { ["Slack_Request_Timestamp"] = Seconds(Now), ["Slack_Signature"] = "v0=" + Convert.ToHexStringLower(Digest($"v0:{Seconds(Now)}:{Json}", Secret)) };

        Assert.Equal(("header-renamed", true), Shape(Diagnose(Request(Json, headers), Source("slack"))));
    }

    [Fact]
    public void A_header_that_is_gone_or_there_twice_is_told()
    {
        var hex = Convert.ToHexStringLower(Digest(Json, Secret));
        var twice = Request(Json, new HeaderDictionary { ["X-Razorpay-Signature"] = new StringValues([hex, hex]) });

        Assert.Contains("X-Razorpay-Signature is missing", Diagnose(Request(Json, []), Source("razorpay")).Sentence, StringComparison.Ordinal);
        Assert.Equal(("header-repeated", true), Shape(Diagnose(twice, Source("razorpay"))));
    }

    [Fact]
    public void A_webhook_of_another_provider_is_recognized()
    {
        Assert.Contains("as stripe signs", Diagnose(Stripe(Json, Secret, Now), Source("razorpay")).Sentence, StringComparison.Ordinal);
        Assert.Contains("headers of stripe", Diagnose(Stripe(Json, OldSecret, Now), Source("razorpay")).Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://hooks.example/webhooks/shop/", "https://hooks.example/webhooks/shop/")]
    [InlineData("http://hooks.example/webhooks/shop", "http://hooks.example/webhooks/shop")]
    [InlineData("https://inner.example:8443/webhooks/shop", "https://inner.example:8443/webhooks/shop")]
    [InlineData("https://hooks.example/webhooks/shop?token=abc", "https://hooks.example/webhooks/shop with its query")]
    public void Another_url_than_the_configured_one_is_named(string covered, string named)
    {
        var headers = new HeaderDictionary { ["Host"] = "inner.example:8443", ["X-Url-Signature"] = Convert.ToHexStringLower(Digest(covered + Json, Secret)) };
        var source = Source("razorpay") with { Provider = new UrlSigning(), PublicUrl = "https://hooks.example/webhooks/shop" };
        var query = covered.Contains('?', StringComparison.Ordinal) ? "?token=abc" : "";
        var finding = Diagnose(new RawRequest("POST", query, headers, Encoding.UTF8.GetBytes(Json)) { Url = source.PublicUrl }, source, unproven => unproven with { CalledUrl = "http://inner.example:8443/webhooks/shop" });

        Assert.Equal(("url", true), Shape(finding));
        Assert.Contains($"the URL {named}, not PublicUrl", finding.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", finding.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_forgery_stays_unproven_whatever_is_tried(string provider)
    {
        var simulator = SimulatorCatalog.Find(provider)!;
        foreach (var sent in simulator.Events)
        {
            // Signed with another secret than the source's.
            var signed = simulator.Create(sent.Name, Simulation.Context(provider, 7).WithSecret(simulator.Secret.Create()));
            var source = Simulation.Source(provider);

            var finding = Diagnose(signed.Raw(source), source, unproven => unproven with { ReceivedAt = Simulation.Start });

            Assert.False(finding.IsProven, finding.Sentence);
            AssertDiscreet(finding);
        }
    }

    [Fact]
    public void A_large_body_that_nothing_explains_is_given_up_in_time()
    {
        var body = "[" + string.Join(',', Enumerable.Repeat("\"some words and a number\"", 10_000)) + "]";
        var started = TimeProvider.System.GetTimestamp();

        Assert.False(Diagnose(Razorpay(body, OldSecret), Source("razorpay")).IsProven);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private static (string Cause, bool IsProven) Shape(Finding finding) => (finding.Cause, finding.IsProven);

    private static void AssertDiscreet(Finding finding)
    {
        Assert.DoesNotContain(Secret, finding.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(OldSecret, finding.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("evt_1", finding.Sentence, StringComparison.Ordinal);
    }

    private static Finding Diagnose(RawRequest request, Source source, Func<UnprovenCase, UnprovenCase>? more = null)
    {
        var unproven = new UnprovenCase(request, source, VerificationFailure.SignatureMismatch, Now);
        unproven = more is null ? unproven : more(unproven);
        var verification = source.Provider.Verify(request, source, unproven.ReceivedAt);
        Assert.False(verification.IsValid);
        return Diagnostician.Diagnose(unproven with { Failure = verification.Failure!.Value });
    }

    private static Source Source(string provider, string secret = Secret) => new() { Name = "shop", Provider = ProviderCatalog.Find(provider)!, Secrets = [new SourceSecret(secret)] };

    private static RawRequest Razorpay(string body, string secret = Secret) => Signed(body, "X-Razorpay-Signature", Convert.ToHexStringLower(Digest(body, secret)));

    private static RawRequest Razorpay(byte[] body) =>
        Request(body, new HeaderDictionary { ["X-Razorpay-Signature"] = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body)) });

    private static RawRequest Stripe(string body, string secret, DateTimeOffset at) => Stripe(body, secret, at.ToUnixTimeSeconds());

    private static RawRequest Stripe(string body, string secret, long time) => Signed(body, "Stripe-Signature", $"t={time},v1={Convert.ToHexStringLower(Digest($"{time}.{body}", secret))}");

    private static RawRequest Signed(string body, string header, string value) => Request(body, new HeaderDictionary { [header] = value });

    private static RawRequest Request(string body, HeaderDictionary headers) => Request(Encoding.UTF8.GetBytes(body), headers);

    private static RawRequest Request(byte[] body, HeaderDictionary headers)
    {
        headers["Content-Type"] = "application/json";
        headers["User-Agent"] = "tests";
        return new RawRequest("POST", "", headers, body);
    }

    private static byte[] Digest(string text, string secret) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text));

    private static string Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Signs the address before the body.</summary>
    private sealed class UrlSigning : IWebhookProvider
    {
        public string Name => "url-signing";

        public bool NeedsUrl => true;

        public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) =>
            new WebhookPlatform.Gateway.Signatures.HmacScheme("X-Url-Signature").Verify(request, source, request.Url);

        public Webhook Read(in RawRequest request, Source source) => Webhook.Unreadable;
    }
}
