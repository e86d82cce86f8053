using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

/// <summary>The contract is about the webhooks that sign their body; those that sign each item come below.</summary>
public sealed class AdyenProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new AdyenProvider();

    protected override string ProofHeader => AdyenProvider.SignatureHeader;

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override string Secret => "0011223344556677889900AABBCCDDEEFF0011223344556677889900aabbccdd";

    protected override string OtherSecret => "FFEEDDCCBBAA00998877665544332211FFEEDDCCBBAA00998877665544332211";

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = Hmac(secret, body);

    [Fact]
    public void Secret_that_is_not_hexadecimal_is_told_and_proves_nothing()
    {
        Assert.Contains(Provider.Validate(SourceWith("no-hex")), finding => finding.Contains("Secrets:0", StringComparison.Ordinal));
        Assert.False(Verify(SignedRequest(Body, Secret), "no-hex").IsValid);
    }

    [Fact]
    public void Batch_is_believed_when_each_item_is_signed()
    {
        var (right, other, wrong) = (Item("A"), Item("B"), Item("C", secret: OtherSecret));

        Assert.Equal(Verification.Valid(0), Verify(Batch(right, other), Secret));
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(Batch(right, wrong), Secret).Failure);
        Assert.True(Verify(Batch(right, wrong), Secret, OtherSecret).IsValid);
        Assert.Equal(VerificationFailure.MissingHeader, Verify(Batch(), Secret).Failure);
    }

    [Theory]
    [InlineData("pspReference")]
    [InlineData("originalReference")]
    [InlineData("merchantAccountCode")]
    [InlineData("merchantReference")]
    [InlineData("eventCode")]
    [InlineData("success")]
    public void Any_changed_signed_field_is_noticed(string field)
    {
        var item = Item("A");
        item[field] = "changed";

        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(Batch(item), Secret).Failure);
    }

    [Fact]
    public void Fields_cannot_be_shifted_by_colons()
    {
        var item = Item("A");
        Assert.True(Verify(Batch(item), Secret).IsValid);

        // The signed text stays the same: A::Shop:order:1:100:EUR:…
        item["pspReference"] = "A:";
        item["originalReference"] = "Shop";
        item["merchantAccountCode"] = "order";
        item["merchantReference"] = "1";

        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(Batch(item), Secret).Failure);
    }

    [Fact]
    public void Signature_of_an_item_does_not_prove_a_body()
    {
        var signed = Encoding.UTF8.GetBytes(SignedText(Item("A")));
        var request = SignedRequest(signed, Secret);

        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Header_that_is_there_is_not_ignored_for_the_items()
    {
        var request = Batch(Item("A"));
        request.Headers[ProofHeader] = Hmac(OtherSecret, request.Body.ToArray());

        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Item_is_one_event_in_whatever_batch_it_comes()
    {
        var source = SourceWith(Secret);
        var alone = Provider.Read(Batch(Item("A")), source);
        var together = Provider.Read(Batch(Item("B"), Item("A")), source);

        Assert.Equal("AUTHORISATION:A:true", alone.EventId);
        Assert.Null(together.EventId);
        Assert.Equal(Assert.Single(alone.Events).Key, together.Events[1].Key);
        Assert.NotEqual(together.Events[0].Key, together.Events[1].Key);
    }

    [Fact]
    public void Batch_of_different_events_is_typed_so()
    {
        var refund = Item("R");
        refund["eventCode"] = "REFUND";

        Assert.Equal("AUTHORISATION", Provider.Read(Batch(Item("A"), Item("B")), SourceWith(Secret)).EventType);
        Assert.Equal("batch", Provider.Read(Batch(Item("A"), refund), SourceWith(Secret)).EventType);
    }

    [Fact]
    public void Stages_of_a_dispute_are_one_event()
    {
        var (notice, chargeback) = (Item("D"), Item("D"));
        (notice["eventCode"], chargeback["eventCode"]) = ("NOTIFICATION_OF_CHARGEBACK", "CHARGEBACK");
        (notice["originalReference"], chargeback["originalReference"]) = ("P", "P");

        var events = Provider.Read(Batch(notice, chargeback), SourceWith(Secret)).Events;

        Assert.Equal(["PaymentDisputed", "PaymentDisputed"], events.Select(e => e.Name));
        Assert.Equal(events[0].Key, events[1].Key);
    }

    [Fact]
    public void Where_Adyen_captures_by_itself_an_authorisation_is_a_completed_payment()
    {
        var source = SourceWith(Secret) with { Settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["AutomaticCapture"] = "true" } };
        var capture = Item("C");
        (capture["eventCode"], capture["originalReference"]) = ("CAPTURE", "A");

        Assert.Equal("PaymentCompleted", Assert.Single(Provider.Read(Batch(Item("A")), source).Events).Name);
        Assert.Empty(Provider.Read(Batch(capture), source).Events);
        Assert.Empty(Provider.Validate(source));
        Assert.NotEmpty(Provider.Validate(source with { Settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["AutomaticCapture"] = "maybe" } }));
    }

    private static string Hmac(string secret, byte[] signed) => Convert.ToBase64String(HMACSHA256.HashData(Convert.FromHexString(secret), signed));

    private static string SignedText(JsonObject item) =>
        string.Join(':', item["pspReference"], item["originalReference"], item["merchantAccountCode"], item["merchantReference"], item["amount"]!["value"], item["amount"]!["currency"], item["eventCode"], item["success"]);

    private JsonObject Item(string reference, string? secret = null)
    {
        var item = new JsonObject
        {
            ["pspReference"] = reference,
            ["merchantAccountCode"] = "Shop",
            ["merchantReference"] = "order:1",
            ["amount"] = new JsonObject { ["value"] = 100, ["currency"] = "EUR" },
            ["eventCode"] = "AUTHORISATION",
            ["eventDate"] = "2026-03-14T15:09:26+01:00",
            ["success"] = "true",
        };
        item["additionalData"] = new JsonObject { ["hmacSignature"] = Hmac(secret ?? Secret, Encoding.UTF8.GetBytes(SignedText(item))) };
        return item;
    }

    private static RawRequest Batch(params JsonObject[] items)
    {
        var wrapped = items.Select(item => (JsonNode)new JsonObject { ["NotificationRequestItem"] = item.DeepClone() });
        var body = new JsonObject { ["live"] = "false", ["notificationItems"] = new JsonArray([.. wrapped]) };
        return new RawRequest("POST", "", new HeaderDictionary { ["Content-Type"] = "application/json" }, Encoding.UTF8.GetBytes(body.ToJsonString()));
    }
}
