using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway;

/// <summary>Sending signed webhooks to a gateway under test.</summary>
internal static class Sending
{
    /// <summary>A Stripe event with this id, 42.00 USD paid.</summary>
    public static byte[] StripeEvent(string id, long amount = 4200) => Encoding.UTF8.GetBytes(
        $$$"""{"id":"{{{id}}}","object":"event","created":{{{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}}},"type":"payment_intent.succeeded","data":{"object":{"id":"pi_{{{id}}}","object":"payment_intent","amount":{{{amount}}},"amount_received":{{{amount}}},"currency":"usd"} } }""");

    /// <summary>Posts a body to the source <c>stripe</c>, signed as Stripe does.</summary>
    public static Task<HttpResponseMessage> PostStripeAsync(this RunningService gateway, byte[] body) =>
        gateway.PostAsync("stripe", body, StripeProof(body, GatewayFixture.StripeSecret, DateTimeOffset.UtcNow));

    /// <summary>The headers by which Stripe proves a body.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> StripeProof(byte[] body, string secret, DateTimeOffset at) =>
        SimulatorCatalog.Find("stripe")!.Sign(new UnsignedRequest(body), new SimulationContext(secret, new FakeTimeProvider(at), new Random())).Headers;

    public static async Task<HttpResponseMessage> PostAsync(
        this RunningService gateway, string source, byte[] body, IEnumerable<KeyValuePair<string, string>> headers, string? contentType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/webhooks/{source}") { Content = new ByteArrayContent(body) };
        if (contentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await gateway.Client.SendAsync(request);
    }

    public static async Task<(Guid DeliveryId, bool Duplicate)> AcknowledgementAsync(this HttpResponseMessage response)
    {
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (answer.GetProperty("deliveryId").GetGuid(), answer.GetProperty("duplicate").GetBoolean());
    }
}
