using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using WebhookPlatform.Contracts;
using WebhookPlatform.Messaging.Events;

namespace WebhookPlatform.UnitTests.Documentation;

/// <summary>The JSON Schema (draft 2020-12) of a contract as it travels: fields without a value are left out, so none is ever null; consumers have to bear fields they do not know.</summary>
internal static class ContractSchema
{
    public static readonly string Folder = Repository.PathTo("docs", "schemas");

    private static readonly DateTimeOffset SampleTime = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Contracts may be read from numbers in quotes, but are never written so.
    private static readonly JsonSerializerOptions AsWritten = new(ContractCatalog.Json) { NumberHandling = JsonNumberHandling.Strict };

    private static readonly JsonSchemaExporterOptions Exporting = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe };

    /// <summary>Where an event's schema is checked in.</summary>
    public static string FileOf(string name) => Path.Combine(Folder, name + ".json");

    /// <summary>As <c>messageType</c> of the envelope has it.</summary>
    public static string UrnOf(Type contract) => $"urn:message:{contract.Namespace}:{contract.Name}";

    /// <summary>A whole document, with an example.</summary>
    public static JsonObject Document(Type contract)
    {
        var document = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["$id"] = UrnOf(contract), ["title"] = contract.Name };
        foreach (var (keyword, value) in Of(contract))
        {
            document[keyword] = value?.DeepClone();
        }

        document["examples"] = new JsonArray(Sample(contract));
        return document;
    }

    /// <summary>The bare schema of a contract or of a part of one.</summary>
    public static JsonObject Of(Type type) => AsWritten.GetJsonSchemaAsNode(type, Exporting).AsObject();

    public static JsonNode Sample(Type contract) => JsonSerializer.SerializeToNode(SampleEvents.Of(contract.Name, SampleTime)!, ContractCatalog.Find(contract.Name)!)!;

    /// <summary>As it is checked in.</summary>
    public static string Text(JsonNode document) => document.ToJsonString(Indented) + "\n";

    private static JsonObject Describe(JsonSchemaExporterContext context, JsonNode exported)
    {
        var schema = exported.AsObject();
        var shape = schema.ContainsKey("properties") ? ContractShape.Of(context.TypeInfo.Type) : null;
        var field = context.PropertyInfo is { } property ? ContractShape.Of(property.DeclaringType).Fields.Single(field => string.Equals(field.Name, property.Name, StringComparison.Ordinal)) : null;
        var described = new JsonObject();
        if ((field is { Meaning.Length: > 0 } ? field.Meaning : shape?.Summary) is { } description)
        {
            described["description"] = description;
        }

        foreach (var (keyword, value) in schema)
        {
            switch (keyword)
            {
                case "default" when value is null:
                    break;
                case "type" when value is JsonArray types:
                    described[keyword] = types.Select(type => (string)type!).Single(type => type is not "null");
                    break;
                default:
                    described[keyword] = value?.DeepClone();
                    break;
            }
        }

        if (shape is not null)
        {
            described["required"] = new JsonArray([.. shape.Fields.Where(field => !field.IsOptional).Select(field => (JsonNode)field.Name)]);
        }

        return described;
    }
}
