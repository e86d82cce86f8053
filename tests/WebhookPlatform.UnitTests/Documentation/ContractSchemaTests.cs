using System.Text.Json.Nodes;
using NJsonSchema;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Payments;

namespace WebhookPlatform.UnitTests.Documentation;

/// <summary>
/// docs/schemas/ and docs/asyncapi.json are what the contracts give. <c>APPROVE=1 ./test.sh unit --filter ContractSchema</c> writes them, unless that would break a contract:
/// a change of meaning is a new event. Who is certain that nobody relies on the old one deletes its file by hand.
/// </summary>
public sealed class ContractSchemaTests
{
    public static TheoryData<string> Events => [.. ContractCatalog.DomainEvents.Select(type => type.Name)];

    [Fact]
    public void No_contract_has_changed_so_that_it_breaks_who_relies_on_it() => Findings.AssertNone(Breaking());

    [Theory]
    [MemberData(nameof(Events))]
    public void Schema_is_checked_in(string name) =>
        AssertCheckedIn(ContractSchema.FileOf(name), ContractSchema.Document(ContractCatalog.Find(name)!.Type));

    /// <summary>By a validator that has nothing to do with how the schemas are made: the sample as it travels fits, and without any of its required fields it does not.</summary>
    [Theory]
    [MemberData(nameof(Events))]
    public async Task Event_as_it_travels_fits_its_schema(string name)
    {
        var contract = ContractCatalog.Find(name)!.Type;
        var schema = await JsonSchema.FromJsonAsync(ContractSchema.Text(ContractSchema.Document(contract)), TestContext.Current.CancellationToken);
        var sample = ContractSchema.Sample(contract).AsObject();

        Assert.Empty(schema.Validate(sample.ToJsonString()));
        Assert.NotEmpty(schema.RequiredProperties);
        Assert.All(schema.RequiredProperties, field =>
        {
            var without = sample.DeepClone().AsObject();
            Assert.True(without.Remove(field));
            Assert.NotEmpty(schema.Validate(without.ToJsonString()));
        });
    }

    [Fact]
    public async Task Fields_of_a_wrong_type_do_not_fit()
    {
        var schema = await JsonSchema.FromJsonAsync(ContractSchema.Text(ContractSchema.Document(typeof(PaymentCompleted))), TestContext.Current.CancellationToken);
        var sample = ContractSchema.Sample(typeof(PaymentCompleted));
        sample["amount"]!["minorUnits"] = "4200";
        sample["metadata"]!["eventId"] = "no UUID";
        sample["orderId"] = 1;

        Assert.Equal(["#/amount.minorUnits", "#/metadata.eventId", "#/orderId"], schema.Validate(sample.ToJsonString()).Select(error => error.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AsyncApi_document_is_checked_in() => AssertCheckedIn(AsyncApiDocument.File, AsyncApiDocument.Create());

    [Fact]
    public void Every_reference_of_the_AsyncApi_document_leads_somewhere()
    {
        var document = AsyncApiDocument.Create();

        Assert.All(References(document).Distinct(StringComparer.Ordinal), reference =>
            Assert.NotNull(reference[2..].Split('/').Aggregate((JsonNode?)document, (node, part) => node?[part])));
    }

    private static IEnumerable<string> Breaking() => BreakingChanges.Between(
        Directory.EnumerateFiles(ContractSchema.Folder, "*.json").Order(StringComparer.Ordinal)
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file)!, file => JsonNode.Parse(File.ReadAllText(file))!.AsObject(), StringComparer.Ordinal),
        ContractCatalog.DomainEvents.ToDictionary(type => type.Name, ContractSchema.Document, StringComparer.Ordinal));

    private static void AssertCheckedIn(string file, JsonNode document)
    {
        var actual = ContractSchema.Text(document);
        if (Environment.GetEnvironmentVariable("APPROVE") is "1" && !Breaking().Any())
        {
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"{file} is missing: run with APPROVE=1 and review it.");
        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), actual);
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => field.Key is "$ref" ? [(string)field.Value!] : References(field.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
