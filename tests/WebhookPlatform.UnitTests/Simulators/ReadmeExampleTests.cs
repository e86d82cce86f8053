using System.Net;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;
using WebhookPlatform.UnitTests.Cli;

namespace WebhookPlatform.UnitTests.Simulators;

/// <summary>The example of the readme, against a handler that checks signatures.</summary>
public sealed class ReadmeExampleTests
{
    [Fact]
    public async Task The_example_of_the_readme_works()
    {
        await using var server = await Receiver.StartAsync((http, received) =>
        {
            http.Response.StatusCode = Judge(received);
            return Task.CompletedTask;
        });
        using var client = new HttpClient { BaseAddress = new Uri(server.Address) };

#pragma warning disable xUnit1051 // The example is for readers with any test framework.
        // <example>
        var stripe = SimulatorCatalog.Find("stripe")!;
        var context = new SimulationContext("whsec_as_your_handler_has_it", TimeProvider.System, new Random(1));
        var address = new Uri("/webhooks/stripe", UriKind.Relative);

        var paid = stripe.Create("payment_intent.succeeded", context);
        var again = stripe.Redeliver(paid, context); // the same event, signed anew
        var forged = stripe.Redeliver(paid, context.WithSecret(stripe.Secret.Create()));

        foreach (var (webhook, expected) in new[] { (paid, HttpStatusCode.OK), (again, HttpStatusCode.OK), (forged, HttpStatusCode.Unauthorized) })
        {
            using var request = webhook.ToHttpRequestMessage(address);
            using var response = await client.SendAsync(request);
            Assert.Equal(expected, response.StatusCode);
        }

        // </example>
#pragma warning restore xUnit1051
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("src/WebhookPlatform.Simulators/README.md")]
    public async Task The_readme_shows_this_very_example(string readme)
    {
        var source = await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "tests/WebhookPlatform.UnitTests/Simulators/ReadmeExampleTests.cs"), TestContext.Current.CancellationToken);
        var text = await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, readme), TestContext.Current.CancellationToken);

        var lines = source.Split('\n').SkipWhile(line => !line.TrimStart().StartsWith("// <example>", StringComparison.Ordinal)).Skip(1).TakeWhile(line => !line.TrimStart().StartsWith("// </example>", StringComparison.Ordinal));

        Assert.Contains(string.Join('\n', lines.Select(line => line.Length > 8 ? line[8..] : line)).TrimEnd(), text, StringComparison.Ordinal);
    }

    private static int Judge(Received received)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in received.Headers)
        {
            headers[name] = value;
        }

        var source = new Source { Name = "shop", Provider = new StripeProvider(), Secrets = [new SourceSecret("whsec_as_your_handler_has_it")] };
        return source.Provider.Verify(new RawRequest("POST", "", headers, received.Body), source, TimeProvider.System.GetUtcNow()).IsValid ? 200 : 401;
    }
}
