using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebhookPlatform.Contracts;
using WebhookPlatform.Gateway.Schemas;
using WebhookPlatform.UnitTests.Documentation;

namespace WebhookPlatform.UnitTests.Gateway;

public sealed class SchemaEndpointsTests : IAsyncLifetime
{
    private readonly WebApplication _application;
    private readonly HttpClient _client = new();

    public SchemaEndpointsTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddProblemDetails();
        // As in the gateway: nothing answers without a key unless it says so.
        builder.Services.AddAuthentication();
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build());
        _application = builder.Build();
        _application.UseAuthorization();
        _application.MapSchemas();
    }

    public async ValueTask InitializeAsync()
    {
        await _application.StartAsync();
        _client.BaseAddress = new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task AsyncApi_document_is_sent_as_it_is_checked_in()
    {
        using var answer = await GetAsync("/asyncapi.json");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/vnd.aai.asyncapi+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(await File.ReadAllTextAsync(AsyncApiDocument.File, TestContext.Current.CancellationToken), await TextOf(answer));
    }

    [Theory]
    [InlineData("/schemas/PaymentCompleted.json")]
    [InlineData("/schemas/paymentcompleted.json")]
    public async Task Schema_of_an_event_is_sent_as_it_is_checked_in(string path)
    {
        using var answer = await GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/schema+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(await File.ReadAllTextAsync(ContractSchema.FileOf("PaymentCompleted"), TestContext.Current.CancellationToken), await TextOf(answer));
    }

    [Fact]
    public async Task Who_has_it_already_is_told_so()
    {
        using var first = await GetAsync("/schemas/FileUploaded.json");
        Assert.Equal(TimeSpan.FromMinutes(5), first.Headers.CacheControl?.MaxAge);

        using var again = await GetAsync("/schemas/FileUploaded.json", first.Headers.ETag);

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Theory]
    [InlineData("/schemas/PaymentInvented.json")]
    [InlineData("/schemas/..%2Fasyncapi.json")]
    [InlineData("/schemas/EffectRecorded.json")]
    public async Task Unknown_event_is_a_problem(string path)
    {
        using var answer = await GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await TextOf(answer));
        Assert.Contains("/asyncapi.json", problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_event_has_a_schema() =>
        Assert.Equal(ContractCatalog.DomainEvents.Select(type => type.Name).Order(StringComparer.Ordinal), PublishedSchemas.Events.Order(StringComparer.Ordinal), StringComparer.Ordinal);

    private async Task<HttpResponseMessage> GetAsync(string path, EntityTagHeaderValue? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (known is not null)
        {
            request.Headers.IfNoneMatch.Add(known);
        }

        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static Task<string> TextOf(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
