using System.Text.Json;
using System.Text.Json.Serialization;
using WebhookPlatform.IntegrationTests.Gateway;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Sdks;

/// <summary>The providers' libraries, and a gateway with a source for each that signs, besides one for each simulator.</summary>
public sealed class SdkFixture(TestServers servers) : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly GatewayFixture _fixture = new(servers);
    private NodeProject? _node;

    /// <summary>The gateway under test.</summary>
    public RunningService Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _node = await NodeProject.InstallAsync(TestContext.Current.CancellationToken);
        await _fixture.InitializeAsync();
        Gateway = await _fixture.StartAsync(Sdk.All.SelectMany(SettingsOf).ToDictionary(setting => setting.Key, setting => (string?)setting.Value, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Deliveries that a source has had.</summary>
    public Task<long> DeliveriesOfAsync(string source) => _fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = $1", source);

    /// <summary>Lets the libraries do these tasks, all in one run, and gives their results in order.</summary>
    internal async Task<IReadOnlyList<SdkResult>> RunAsync(IReadOnlyList<SdkTask> tasks)
    {
        var output = await _node!.RunAsync(JsonSerializer.Serialize(tasks, Json), TestContext.Current.CancellationToken);
        var results = JsonSerializer.Deserialize<List<SdkResult>>(output, Json)!;
        Assert.Equal(tasks.Count, results.Count);
        return results;
    }

    public async ValueTask DisposeAsync()
    {
        await (Gateway?.DisposeAsync() ?? ValueTask.CompletedTask);
        if (_fixture.Gateway is not null)
        {
            await _fixture.DisposeAsync();
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> SettingsOf(Sdk sdk) =>
    [
        new($"Sources:{sdk.Source}:Provider", sdk.Name),
        new($"Sources:{sdk.Source}:Secrets:0", sdk.SourceSecret),
        new($"Sources:{sdk.Source}:PublicUrl", sdk.Url),
    ];
}

/// <summary>Tests that share the libraries and the gateway.</summary>
[CollectionDefinition(Name)]
public sealed class SdkCollection : ICollectionFixture<SdkFixture>
{
    public const string Name = "SDKs";
}

/// <summary>What a library is asked to do; see <c>sdks.mjs</c>.</summary>
/// <param name="Sdk">Whose library.</param>
/// <param name="Do"><c>sign</c> or <c>verify</c>.</param>
/// <param name="Now">Unix seconds.</param>
/// <param name="Headers">Of the request to be verified, names in lower case.</param>
internal sealed record SdkTask(string Sdk, string Do, byte[] Body, string Secret, string Url, long Now, IReadOnlyDictionary<string, string>? Headers = null);

/// <summary>What came of it.</summary>
/// <param name="Accepted">Whether the library believed the request that it was to verify.</param>
/// <param name="Body">The signed request's.</param>
/// <param name="Headers">Those that prove and identify the signed request.</param>
internal sealed record SdkResult(bool? Accepted, byte[]? Body, Dictionary<string, string>? Headers);
