using System.Net;
using Microsoft.Extensions.Time.Testing;
using WebhookPlatform.IntegrationTests.Gateway;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Sdks;

/// <summary>What the simulators sign, the providers' own npm libraries believe, and only that; the gateway is of the same mind.</summary>
[Collection(SdkCollection.Name)]
public sealed class VerifyingSdkTests(SdkFixture fixture)
{
    // Those whose library can verify what their simulator sends.
    private static readonly string[] Verifying = ["stripe", "github", "gitlab", "standard-webhooks", "hubspot", "shopify", "jwt", "razorpay", "paddle", "sendgrid", "discord"];

    public static TheoryData<string> Names() => [.. Verifying];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Simulated_request_is_accepted_by_the_library_and_with_one_changed_byte_refused(string name)
    {
        var simulator = SimulatorCatalog.Find(name)!;
        var secret = SimulatedSources.SettingsOf(name)["Secrets:0"];

        // Paddle's library gives a request five seconds, which starting Node may take; ahead of time it may come.
        var now = TimeProvider.System.GetUtcNow().AddMinutes(1);
        var context = SimulatedSources.Context(name, new FakeTimeProvider(now), new Random(1));
        var requests = simulator.Events.Where(known => !known.IsHandshake).Select(known => simulator.Create(known.Name, context)).ToList();
        var tasks = requests.SelectMany(request =>
        {
            var headers = request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value, StringComparer.Ordinal);
            return new[] { request.Body, Tamper(request.Body) }.Select(body => new SdkTask(name, "verify", body, secret, context.Url! + request.Query, now.ToUnixTimeSeconds(), headers));
        }).ToList();

        var results = await fixture.RunAsync(tasks);

        for (var at = 0; at < tasks.Count; at++)
        {
            var isTampered = at % 2 == 1;
            Assert.True(results[at].Accepted == !isTampered, $"{requests[at / 2].EventType}: the library {(isTampered ? "accepts a changed byte" : "refuses it")}");
            using var answer = await PostAsync(name, requests[at / 2], tasks[at].Body);
            Assert.True(isTampered ? answer.StatusCode == HttpStatusCode.Unauthorized : answer.IsSuccessStatusCode, $"{requests[at / 2].EventType}: the gateway answers {answer.StatusCode}");
        }
    }

    private static byte[] Tamper(byte[] body)
    {
        // A letter in the middle, so that the JSON stays JSON.
        var changed = body.ToArray();
        var at = Array.FindIndex(changed, changed.Length / 2, letter => char.IsAsciiLetterLower((char)letter) && letter is not (byte)'z');
        changed[at]++;
        return changed;
    }

    private Task<HttpResponseMessage> PostAsync(string source, SignedRequest request, byte[] body) =>
        fixture.Gateway.PostAsync(source, body, request.Headers.Where(header => header.Key != "Content-Type"), request.Headers.First(header => header.Key == "Content-Type").Value);
}
