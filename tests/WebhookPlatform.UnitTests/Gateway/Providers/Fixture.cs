using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Contracts;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

/// <summary>A webhook in a file, Fixtures/{provider}/{name}.http (headers, an empty line, the body), and beside it what it has to be read as, {name}.expected.json.</summary>
internal sealed record Fixture(string Provider, string Name)
{
    private static readonly string Folder = Repository.PathTo("tests", "WebhookPlatform.UnitTests", "Gateway", "Providers", "Fixtures");

    private static readonly JsonSerializerOptions Indented = new(ContractCatalog.Json)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    public static IEnumerable<Fixture> All { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.http", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => new Fixture(Path.GetFileName(Path.GetDirectoryName(file)!), Path.GetFileNameWithoutExtension(file)))];

    public string ExpectedFile => Path.Combine(Folder, Provider, Name + ".expected.json");

    public RawRequest Request()
    {
        var parts = File.ReadAllText(Path.Combine(Folder, Provider, Name + ".http")).ReplaceLineEndings("\n").Split("\n\n", 2);
        var headers = new HeaderDictionary();
        foreach (var line in parts[0].Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return new RawRequest("POST", "", headers, Encoding.UTF8.GetBytes(parts[1].TrimEnd('\n')));
    }

    public Source Source() => new()
    {
        Name = "fixture",
        Provider = ProviderCatalog.Find(Provider)!,
        Secrets = [new SourceSecret("unused")],
        Mapping = FixtureMapping.Declared,
    };

    /// <summary>The webhook and its events as JSON, the events without their metadata.</summary>
    public static string Describe(Webhook webhook)
    {
        var events = webhook.Events.Select(draft =>
        {
            var metadata = new EventMetadata(Guid.Empty, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "fixture", "fixture", "fixture", Guid.Empty, draft.Subject);
            var made = draft.Create(metadata);
            var fields = JsonSerializer.SerializeToNode(made, ContractCatalog.Find(draft.Name)!)!.AsObject();
            fields.Remove("metadata");
            return new { draft.Name, draft.Subject, draft.OccurredAt, draft.Key, Fields = (JsonNode)fields };
        });
        var description = new { webhook.EventId, webhook.EventType, webhook.OccurredAt, webhook.Subject, Events = events };
        return JsonSerializer.Serialize(description, Indented) + "\n";
    }
}
