using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Cli;

namespace WebhookPlatform.UnitTests.Cli;

/// <summary>What is sent without a proof is announced, and answered for where somebody listens.</summary>
public sealed class UnprovenEventsTests
{
    private const string ApiKey = "test_of0000these0000tests0000key";

    [Fact]
    public async Task Send_says_before_that_the_provider_is_going_to_be_asked_and_how_to_be_believed()
    {
        await using var receiver = await Receiver.StartAsync((http, _) =>
        {
            http.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        using var tool = new Tool();

        Assert.Equal(ExitCodes.Failed, await tool.RunAsync("send", "mollie", "classic", "--secret", "x", "--source", "pay", "--to", receiver.Address));

        Assert.StartsWith("Nothing in the event 'classic' proves it: the gateway is going to ask api.mollie.com", tool.Error, StringComparison.Ordinal);
        Assert.All(["Sources__pay__Settings__ApiUrl=http://127.0.0.1:5290", "Outbound__AllowedNetworks__0=127.0.0.0/8", "--stand-in http://127.0.0.1:5290"], part => Assert.Contains(part, tool.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stand_in_answers_the_gateway_about_what_was_sent_and_about_nothing_else()
    {
        var api = FreeAddress();
        using var client = new HttpClient();
        var forged = new List<HttpStatusCode>();
        await using var receiver = await Receiver.StartAsync(async (http, received) =>
        {
            var payment = Encoding.ASCII.GetString(received.Body)["id=".Length..];
            http.Response.StatusCode = await AskAsync(client, api, payment, ApiKey) is HttpStatusCode.OK ? 200 : 401;
            forged.AddRange([await AskAsync(client, api, payment + "0", ApiKey), await AskAsync(client, api, payment, "test_of0000another0000account0")]);
            await http.Response.WriteAsJsonAsync(new { deliveryId = Guid.NewGuid(), duplicate = false });
        });
        using var tool = new Tool(("Sources__mollie__Settings__ApiKey", ApiKey));

        Assert.Equal(ExitCodes.Ok, await tool.RunAsync("send", "mollie", "classic", "--secret", "x", "--to", receiver.Address, "--stand-in", api, "--count", "5", "--concurrency", "1", "--duplicate-ratio", "0.2"));

        Assert.Equal(5, receiver.Requests.Count);
        Assert.Equal(Enumerable.Repeat(new[] { HttpStatusCode.NotFound, HttpStatusCode.Unauthorized }, 5).SelectMany(both => both), forged);
        Assert.Contains($"Answering in the place of api.mollie.com at {api}", tool.Error, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(client, api, "tr_1", ApiKey));
    }

    [Fact]
    public async Task Address_of_the_source_on_this_machine_is_answered_at_without_being_asked_to()
    {
        var api = FreeAddress();
        using var client = new HttpClient();
        await using var receiver = await Receiver.StartAsync(async (http, received) =>
            http.Response.StatusCode = (int)await AskAsync(client, api, Encoding.ASCII.GetString(received.Body)["id=".Length..], ApiKey));
        using var tool = new Tool(("Sources__mollie__Settings__ApiUrl", api));

        Assert.Equal(ExitCodes.Ok, await tool.RunAsync("send", "mollie", "classic", "--secret", "x", "--to", receiver.Address));
    }

    [Theory]
    [InlineData(401, "the gateway has not asked at")]
    [InlineData(503, "could not ask at")]
    public async Task Gateway_that_did_not_ask_here_is_told_what_it_lacks(int status, string words)
    {
        await using var receiver = await Receiver.StartAsync((http, _) =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        using var tool = new Tool();

        Assert.Equal(ExitCodes.Failed, await tool.RunAsync("send", "mollie", "classic", "--secret", "x", "--to", receiver.Address, "--stand-in", FreeAddress()));

        Assert.Contains(words, tool.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mollie", "classic", "http://10.0.0.7:5290", "is no address to answer at")]
    [InlineData("mollie", "classic", "https://127.0.0.1:5290", "is no address to answer at")]
    [InlineData("mollie", "payment.paid", "http://127.0.0.1:5290", "'payment.paid' of mollie is none")]
    public async Task Stand_in_that_cannot_be_is_refused_with_what_to_do(string provider, string sent, string address, string sentence)
    {
        using var tool = new Tool();

        Assert.NotEqual(ExitCodes.Ok, await tool.RunAsync("send", provider, sent, "--secret", "x", "--to", "http://127.0.0.1:1", "--stand-in", address));

        Assert.Contains(sentence, tool.Error, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient client, string api, string payment, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{api}/v2/payments/{payment}") { Headers = { { "Authorization", $"Bearer {key}" } } };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
