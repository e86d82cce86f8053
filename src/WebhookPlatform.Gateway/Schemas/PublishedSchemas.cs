using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace WebhookPlatform.Gateway.Schemas;

/// <summary>The documents about the contracts, docs/asyncapi.json and docs/schemas/, as they were checked in when this was built: what is published is what was reviewed.</summary>
public static class PublishedSchemas
{
    private const string Folder = "schemas/";

    private static readonly FrozenDictionary<string, PublishedSchema> ByEvent = typeof(PublishedSchemas).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .ToFrozenDictionary(name => Path.GetFileNameWithoutExtension(name), Read, StringComparer.OrdinalIgnoreCase);

    /// <summary>Channels, messages and the envelope.</summary>
    public static PublishedSchema AsyncApi { get; } = Read("asyncapi.json");

    /// <summary>Names of the events that have a schema.</summary>
    public static IReadOnlyCollection<string> Events => ByEvent.Keys;

    /// <summary>An event's JSON Schema by its contract's name, in any case; null for an unknown one.</summary>
    public static PublishedSchema? Find(string name) => ByEvent.GetValueOrDefault(name);

    private static PublishedSchema Read(string resource)
    {
        using var stream = typeof(PublishedSchemas).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The gateway was built without {resource}.");
        var json = new byte[stream.Length];
        stream.ReadExactly(json);
        return new PublishedSchema(json, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 16))}\""));
    }
}

/// <summary>A document as it is sent.</summary>
/// <param name="Tag">Changes with the content.</param>
public sealed record PublishedSchema(ReadOnlyMemory<byte> Json, EntityTagHeaderValue Tag);
