using System.Net;
using System.Text;
using WebhookPlatform.IntegrationTests.Gateway;

namespace WebhookPlatform.IntegrationTests.Sdks;

/// <summary>What the providers' own npm libraries sign, the gateway believes, and only that.</summary>
[Collection(SdkCollection.Name)]
public sealed class SigningSdkTests(SdkFixture fixture)
{
    public static TheoryData<string> Names() => [.. Sdk.All.Select(sdk => sdk.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Request_signed_by_the_library_is_accepted_and_with_one_changed_byte_refused(string name)
    {
        var sdk = Sdk.All.Single(one => one.Name == name);
        var signed = await fixture.RunAsync([.. sdk.Bodies.Select(body => Sign(sdk, body))]);
        foreach (var request in signed)
        {
            using var tampered = await PostAsync(sdk, Sdk.Tamper(request.Body!), request.Headers!);
            Assert.Equal(HttpStatusCode.Unauthorized, tampered.StatusCode);
        }

        Assert.Equal(0, await fixture.DeliveriesOfAsync(sdk.Source));
        foreach (var request in signed)
        {
            using var accepted = await PostAsync(sdk, request.Body!, request.Headers!);
            Assert.True(accepted.IsSuccessStatusCode, $"{(int)accepted.StatusCode} {await accepted.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        }

        Assert.InRange(await fixture.DeliveriesOfAsync(sdk.Source), 1, sdk.Bodies.Length);
    }

    private static SdkTask Sign(Sdk sdk, string body) =>
        new(sdk.Name, "sign", Encoding.UTF8.GetBytes(body), sdk.SigningSecret, sdk.Url, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    private Task<HttpResponseMessage> PostAsync(Sdk sdk, byte[] body, Dictionary<string, string> headers) =>
        fixture.Gateway.PostAsync(sdk.Source, body, headers, sdk.ContentType);
}
