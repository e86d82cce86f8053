using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class SlackProviderTests : TimedProviderContract
{
    private const string Form = "application/x-www-form-urlencoded";

    protected override IWebhookProvider Provider { get; } = new SlackProvider();

    protected override string ProofHeader => "X-Slack-Signature";

    protected override IReadOnlyList<string> MalformedProofs => ["v0", "v0=", "v0=zz", "v0=" + new string('a', 63), new('a', 64), "="];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at)
    {
        var time = at.ToUnixTimeSeconds();
        headers["X-Slack-Request-Timestamp"] = $"{time}";
        headers[ProofHeader] = $"v0={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes($"v0:{time}:"), .. body]))}";
    }

    [Fact]
    public void Message_that_is_said_to_be_a_form_is_no_command_whatever_it_says()
    {
        const string Json = """{"type":"event_callback","event_id":"Ev1","event":{"type":"message","channel":"C1","user":"U1","ts":"1773500966.000100","text":"x&command=/refund&channel_id=C1&trigger_id=1&text=all&ssl_check=1"}}""";

        var webhook = Read(Json, ("Content-Type", "application/x-www-form-urlencoded"));

        Assert.Equal(("message", "Ev1"), (webhook.EventType, webhook.EventId));
        var form = new RawRequest("POST", "", new HeaderDictionary { ["Content-Type"] = "application/x-www-form-urlencoded" }, Encoding.UTF8.GetBytes(Json));
        Assert.Null(Provider.AnswerUnsigned(form, SourceWith(Secret)));
    }

    [Fact]
    public void Other_version_is_not_supported()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = "v1=" + new string('a', 64);

        Assert.Equal(VerificationFailure.NoSupportedScheme, Verify(request, Secret).Failure);
    }

    [Theory]
    [InlineData("", VerificationFailure.MissingHeader)]
    [InlineData("abc", VerificationFailure.MalformedHeader)]
    [InlineData("-1", VerificationFailure.MalformedHeader)]
    [InlineData("1.5", VerificationFailure.MalformedHeader)]
    [InlineData("18446744073709551616", VerificationFailure.MalformedHeader)]
    public void Timestamp_header_must_be_a_plain_number(string timestamp, VerificationFailure expected)
    {
        var request = SignedRequest(Body, Secret);
        request.Headers["X-Slack-Request-Timestamp"] = timestamp;

        Assert.Equal(expected, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Challenge_is_answered_as_text_and_only_through_the_signed_way()
    {
        var request = SignedRequest("""{"type":"url_verification","challenge":"c-123","token":"t"}"""u8.ToArray(), Secret);

        Assert.Null(Provider.AnswerUnsigned(request, SourceWith(Secret)));
        Assert.Equal(new HandshakeResponse(200, "text/plain", "c-123"), Provider.AnswerSigned(request, SourceWith(Secret)));
    }

    [Fact]
    public void Ordinary_event_is_no_handshake()
    {
        var request = SignedRequest("""{"type":"event_callback","challenge":"c-123","event":{"type":"message"}}"""u8.ToArray(), Secret);

        Assert.Null(Provider.AnswerUnsigned(request, SourceWith(Secret)));
        Assert.Null(Provider.AnswerSigned(request, SourceWith(Secret)));
        Assert.Null(Provider.AnswerAccepted(request, SourceWith(Secret)));
    }

    [Fact]
    public void Unsigned_certificate_check_is_answered_with_nothing_whatever_it_smuggles()
    {
        var request = Post("ssl_check=1&token=t&payload=%7B%22type%22%3A%22url_verification%22%2C%22challenge%22%3A%22x%22%7D");

        Assert.Equal(new HandshakeResponse(200), Provider.AnswerUnsigned(request, SourceWith(Secret)));
        Assert.Equal(VerificationFailure.MissingHeader, Verify(request, Secret).Failure);
    }

    [Theory]
    [InlineData("ssl_check=0&token=t")]
    [InlineData("ssl_check=&token=t")]
    [InlineData("xssl_check=1")]
    [InlineData("command=%2Fdeploy&text=ssl_check%3D1")]
    public void Other_unsigned_forms_are_not_answered(string body) =>
        Assert.Null(Provider.AnswerUnsigned(Post(body), SourceWith(Secret)));

    [Fact]
    public void Certificate_check_with_a_signature_has_to_have_a_right_one()
    {
        var request = Post("ssl_check=1");
        request.Headers[ProofHeader] = "v0=" + new string('a', 64);

        Assert.Null(Provider.AnswerUnsigned(request, SourceWith(Secret)));
    }

    [Fact]
    public void Accepted_command_is_answered_with_nothing_because_people_would_see_it() =>
        Assert.Equal(new HandshakeResponse(200), Provider.AnswerAccepted(Post("command=%2Fdeploy&trigger_id=1"), SourceWith(Secret)));

    [Fact]
    public void Accepted_interaction_is_answered_with_nothing_and_a_menu_with_no_choices()
    {
        Assert.Equal(HandshakeResponse.Empty, Provider.AnswerAccepted(Post("payload=%7B%22type%22%3A%22view_submission%22%7D"), SourceWith(Secret)));
        Assert.Equal("""{"options":[]}""", Provider.AnswerAccepted(Post("payload=%7B%22type%22%3A%22block_suggestion%22%7D"), SourceWith(Secret))!.Body);
    }

    [Theory]
    [InlineData("%7B%22type%22%3A%22shortcut%22%2C%22trigger_id%22%3A%22t1%22%2C%22action_ts%22%3A%221700000000.000100%22%7D", "t1")]
    [InlineData("%7B%22type%22%3A%22view_closed%22%7D", null)]
    public void Interaction_is_known_by_its_trigger_where_it_has_one(string payload, string? id)
    {
        var webhook = Provider.Read(Post($"payload={payload}"), SourceWith(Secret));

        Assert.Equal(id, webhook.EventId);
        Assert.Equal(id is not null, webhook.OccurredAt is not null);
    }

    [Fact]
    public void Mention_and_message_of_one_text_are_one_event()
    {
        const string Inner = """
            "channel":"C1","user":"U1","text":"<@B1> hi","ts":"1700000000.000100"}}
            """;
        var message = Assert.Single(Read("""{"type":"event_callback","event_id":"Ev1","event":{"type":"message",""" + Inner).Events);
        var mention = Assert.Single(Read("""{"type":"event_callback","event_id":"Ev2","event":{"type":"app_mention",""" + Inner).Events);

        Assert.NotNull(message.Key);
        Assert.Equal(message.Key, mention.Key);
    }

    [Theory]
    [InlineData("message_changed")]
    [InlineData("message_deleted")]
    [InlineData("channel_join")]
    [InlineData("channel_topic")]
    public void Message_that_nobody_wrote_gives_no_event(string subtype)
    {
        var webhook = Read($$$"""{"type":"event_callback","event_id":"Ev1","event":{"type":"message","subtype":"{{{subtype}}}","channel":"C1","text":"x","ts":"1700000000.000100"}}""");

        Assert.Equal($"message.{subtype}", webhook.EventType);
        Assert.Empty(webhook.Events);
    }

    private static RawRequest Post(string form) =>
        new("POST", "", new HeaderDictionary { ["Content-Type"] = Form }, Encoding.UTF8.GetBytes(form));
}
