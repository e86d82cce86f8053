using System.Text;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using WebhookPlatform.Contracts;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Providers.Payloads;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

/// <summary>Whatever a sender sends, no provider throws, and what it reads can be stored.</summary>
public sealed class RobustnessTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    private static readonly string[] HeaderNames =
    [
        "Stripe-Signature", "X-Hub-Signature-256", "X-GitHub-Event", "X-GitHub-Delivery", "X-Razorpay-Signature", "X-Razorpay-Event-Id",
        "X-Slack-Signature", "X-Slack-Request-Timestamp", "webhook-id", "webhook-timestamp", "webhook-signature", "svix-id", "svix-signature",
        "Authorization", "X-Signature", "Content-Type",
    ];

    private static readonly string[] HeaderPieces =
    [
        "t=", "v1=", "v1,", "v1a,", "v0=", "sha256=", "Bearer ", ",", ";", " ", "=", "1700000000", "-1", "99999999999999999999", new('a', 64), new('0', 500),
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "\u0000", "ü", "\ud800", "push", "pull_request", "application/json", FormFields.MediaType,
    ];

    private static readonly byte[][] Seeds = [.. Fixture.All.Select(fixture => fixture.Request().Body.ToArray())];

    private static readonly string[] Splices =
    [
        "\"\\ud800\"", "\"\\u0000\"", "99999999999999999999999", "1e999", "-1", "0.1", "null", "[]", "{}", "[[[[[[", "\"id\":1,", "\\", "\uFEFF", "%", "%2", "%00", "&payload=", "\"a\\ud800\":1,",
    ];

    private static readonly Gen<byte[]> AnyBytes = Gen.Byte.Array[0, 400];

    private static readonly Gen<byte[]> MutatedBody =
        from seed in OneOf(Seeds)
        from at in Gen.Int[0, Math.Max(0, seed.Length)]
        from removed in Gen.Int[0, 30]
        from splice in Gen.OneOf(OneOf(Splices).Select(Encoding.UTF8.GetBytes), Gen.Byte.Array[0, 6])
        select (byte[])[.. seed[..at], .. splice, .. seed[Math.Min(seed.Length, at + removed)..]];

    private static readonly Gen<(string Name, string[] Values)[]> Headers =
        Gen.Select(OneOf(HeaderNames), OneOf(HeaderPieces).Array[0, 6].Select(string.Concat).Array[0, 2]).Array[0, 8];

    public static TheoryData<string> Providers => [.. ProviderCatalog.All.Select(provider => provider.Name)];

    [Theory]
    [MemberData(nameof(Providers))]
    public void Nothing_a_sender_can_send_makes_a_provider_throw(string name) =>
        Gen.Select(Gen.OneOf(AnyBytes, MutatedBody), Headers).Sample((body, headers) => Exercise(name, body, headers), iter: 3000);

    [Theory]
    [MemberData(nameof(Providers))]
    public void Awkward_bodies_are_read_without_events(string name)
    {
        string[] bodies =
        [
            "", " ", "null", "1", "\"text\"", "[]", "{", "}", "{}", "{}{}", "{\"a\":1,}", "\uFEFF{}", "\uFEFF", new('[', 100_000), string.Concat(Enumerable.Repeat("{\"data\":", 50_000)),
            "{\"id\":null,\"type\":{},\"event\":[],\"data\":7}", "payload=", "payload=%7B", "payload=%ZZ%", "=&=&&&", "command=", "ssl_check=1",
        ];

        Assert.All(bodies, body => Exercise(name, Encoding.UTF8.GetBytes(body), []));
        Assert.All(bodies, body => Exercise(name, Encoding.UTF8.GetBytes(body), [("Content-Type", [FormFields.MediaType])]));
    }

    private static Gen<T> OneOf<T>(T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static void Exercise(string name, byte[] body, (string Name, string[] Values)[] headers)
    {
        var source = new Fixture(name, "any").Source();
        var all = new HeaderDictionary();
        foreach (var header in headers)
        {
            all[header.Name] = new StringValues(header.Values);
        }

        var request = new RawRequest("POST", "", all, body);
        var unsigned = source.Provider.AnswerUnsigned(request, source);
        Assert.False(source.Provider.Verify(request, source, Now).IsValid);
        source.Provider.AnswerSigned(request, source);
        source.Provider.AnswerAccepted(request, source);
        var webhook = source.Provider.Read(request, source);

        Assert.True(unsigned is null or { Body: "" });
        Assert.NotEmpty(webhook.EventType);
        Assert.All([webhook.EventId, webhook.EventType], text => Assert.True(text is null || (text.Length is > 0 and <= 200 && !text.Any(char.IsControl))));
        Assert.True(webhook.OccurredAt is null || webhook.OccurredAt.Value.Offset == TimeSpan.Zero);
        Assert.All(webhook.Events, draft =>
        {
            Assert.InRange(draft.Subject.Length, 1, 1300);
            Assert.DoesNotContain('\0', System.Text.Json.JsonSerializer.Serialize(
                draft.Create(new EventMetadata(Guid.Empty, Now, Now, "s", name, "x", Guid.Empty, draft.Subject)), ContractCatalog.Find(draft.Name)!).Replace("\\u0000", "\0", StringComparison.Ordinal));
        });
    }
}
