using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class TwilioProviderTests : SigningProviderContract
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Url = "https://hooks.example.com/webhooks/shop";

    protected override IWebhookProvider Provider { get; } = new TwilioProvider();

    protected override string ProofHeader => "X-Twilio-Signature";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override Source Configure(Source source) => source with { PublicUrl = Url };

    // The shared tests' bodies are forms of one field without a value, called at no address.
    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at)
    {
        headers["Content-Type"] = Form;
        headers[ProofHeader] = Sha1(secret, body);
    }

    [Fact]
    public void Event_that_is_said_to_be_a_form_is_no_message_whatever_it_says()
    {
        const string Json = """[{"type":"com.twilio.test","data":{"text":"x&MessageSid=SM1&MessageStatus=delivered&To=%2B49"}}]""";
        var request = new RawRequest("POST", "", new HeaderDictionary { ["Content-Type"] = "application/x-www-form-urlencoded" }, Encoding.UTF8.GetBytes(Json));

        var webhook = new TwilioProvider().Read(request, new Source { Name = "s", Provider = new TwilioProvider() });

        Assert.Equal("com.twilio.test", webhook.EventType);
        Assert.Empty(webhook.Events);
    }

    [Fact]
    public void Source_without_a_public_url_is_told_to_set_it() =>
        Assert.Contains(Provider.Validate(SourceWith(Secret) with { PublicUrl = null }), finding => finding.Contains("PublicUrl", StringComparison.Ordinal));

    [Fact]
    public void Fields_are_signed_by_name_and_repeated_values_once_and_in_order()
    {
        var request = Post("b=2&a=+x%2B&b=1&b=2&c", Url, Sha1(Secret, $"{Url}a x+b1b2c"));

        Assert.True(Verify(request, Secret).IsValid);
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request with { Url = Url + "/" }, Secret).Failure);
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request with { Body = "b=2&a=x%2B&b=1"u8.ToArray() }, Secret).Failure);
    }

    [Theory]
    [InlineData("https://a.example/x?y=1", "https://a.example:443/x?y=1")]
    [InlineData("http://a.example", "http://a.example:80")]
    [InlineData("https://u:1@a.example/x", "https://u:1@a.example:443/x")]
    [InlineData("https://a.example:8443/x:1", "https://a.example/x:1")]
    [InlineData("https://[::1]/x", "https://[::1]:443/x")]
    [InlineData("https://a.example/x?y='", "https://a.example:443/x?y=%27")]
    [InlineData("no-url", "no-url")]
    public void Address_may_be_signed_with_and_without_its_port(string url, string other)
    {
        Assert.Contains(url, TwilioScheme.Spellings(url));
        Assert.Contains(other, TwilioScheme.Spellings(url));
    }

    [Fact]
    public void Hash_in_the_address_covers_any_body_whatever_its_media_type()
    {
        var url = $"{Url}?bodySHA256={Convert.ToHexStringLower(SHA256.HashData(Body))}";
        var request = Post("", url, Sha1(Secret, url)) with { Body = Body };

        Assert.True(Verify(request, Secret).IsValid);
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request with { Body = Array.Empty<byte>() }, Secret).Failure);
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request with { Url = Url }, Secret).Failure);
        request.Headers.ContentType = "application/json";
        Assert.True(Verify(request, Secret).IsValid);
        Assert.Equal(VerificationFailure.MissingHeader, Verify(request with { Url = Url }, Secret).Failure);
    }

    [Fact]
    public void Form_of_too_many_fields_is_not_believed()
    {
        var fields = string.Concat(Enumerable.Range(0, 1001).Select(i => $"&{i}"));

        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(Post(fields, Url, Sha1(Secret, Url)), Secret).Failure);
    }

    [Theory]
    [InlineData("MessageSid=SM1&SmsStatus=received&From=1&Body=hi", 200, "<Response/>")]
    [InlineData("CallSid=CA1&CallStatus=ringing", 200, "<Response/>")]
    [InlineData("EventType=onMessageAdded&MessageSid=IM1", 204, "")]
    [InlineData("x=1", 204, "")]
    public void Message_and_call_are_answered_with_no_instructions_and_all_else_with_nothing(string form, int status, string body)
    {
        var answer = Provider.AnswerAccepted(Post(form, Url, ""), SourceWith(Secret));

        Assert.Equal((status, body), (answer!.StatusCode, answer.Body));
        Assert.Equal(status == 200 ? "text/xml" : null, answer.ContentType);
    }

    [Fact]
    public void Status_callback_and_event_stream_tell_of_one_delivery()
    {
        var callback = Read(Post("MessageSid=SM1&MessageStatus=delivered&To=%2B1", Url, ""));
        var stream = Read("""[{"type":"com.twilio.messaging.message.delivered","id":"EZ1","data":{"messageSid":"SM1","to":"+1"}}]""");

        Assert.Equal(("SM1/delivered", null), (callback.EventId, stream.EventId));
        Assert.Equal(nameof(MessageDelivered), callback.Events[0].Name);
        Assert.NotNull(callback.Events[0].Key);
        Assert.Equal(callback.Events[0].Key, stream.Events[0].Key);
    }

    private Webhook Read(in RawRequest request) => Provider.Read(request, SourceWith(Secret));

    private static RawRequest Post(string body, string url, string signature) =>
        new("POST", "", new HeaderDictionary { ["Content-Type"] = Form, ["X-Twilio-Signature"] = signature }, Encoding.UTF8.GetBytes(body)) { Url = url };

    private static string Sha1(string secret, string text) => Sha1(secret, Encoding.UTF8.GetBytes(text));

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "As Twilio signs")]
    private static string Sha1(string secret, byte[] signed) => Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), signed));
}
