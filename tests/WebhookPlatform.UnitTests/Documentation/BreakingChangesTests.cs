using System.Text.Json.Nodes;

namespace WebhookPlatform.UnitTests.Documentation;

public sealed class BreakingChangesTests
{
    private const string Before =
        """
        {
          "$id": "urn:message:Shop:Sold",
          "description": "Something was sold.",
          "type": "object",
          "properties": {
            "id": { "type": "string" },
            "amount": { "type": "object", "properties": { "minorUnits": { "type": "integer" }, "currency": { "type": "string" } }, "required": ["minorUnits", "currency"] },
            "note": { "description": "A note.", "type": "string" },
            "at": { "type": "string", "format": "date-time" },
            "tags": { "type": "array", "items": { "type": "string" } },
            "how": { "enum": ["cash", "card"] }
          },
          "required": ["id", "amount"]
        }
        """;

    [Theory]
    [InlineData("\"A note.\"", "\"A word to the seller.\"")]
    [InlineData("\"Something was sold.\"", "\"Sold.\"")]
    [InlineData("\"note\":", "\"by\": { \"type\": \"string\" }, \"note\":")]
    [InlineData("\"minorUnits\":", "\"exponent\": { \"type\": \"integer\" }, \"minorUnits\":")]
    [InlineData("\"card\"", "\"card\", \"cheque\"")]
    [InlineData("[\"id\", \"amount\"]", "[\"amount\", \"id\"]")]
    public void Additions_and_other_words_break_nothing(string old, string now) => Assert.Empty(Changes(old, now));

    [Theory]
    [InlineData("\"note\":", "\"remark\":", "Sold.note is gone")]
    [InlineData("\"at\": { \"type\": \"string\", \"format\": \"date-time\" },", "", "Sold.at is gone")]
    [InlineData("{ \"type\": \"integer\" }", "{ \"type\": \"string\" }", "Sold.amount.minorUnits: type was \"integer\" and is \"string\"")]
    [InlineData(", \"format\": \"date-time\"", "", "Sold.at: format was \"date-time\" and is absent")]
    [InlineData("\"items\": { \"type\": \"string\" }", "\"items\": { \"type\": \"integer\" }", "Sold.tags[]: type was \"string\"")]
    [InlineData("[\"id\", \"amount\"]", "[\"id\", \"amount\", \"note\"]", "Sold.note is required")]
    [InlineData("[\"id\", \"amount\"]", "[\"id\"]", "Sold.amount may be missing")]
    [InlineData("\"minorUnits\", \"currency\"]", "\"minorUnits\"]", "Sold.amount.currency may be missing")]
    [InlineData("\"cash\", ", "", "Sold.how can no longer be cash")]
    [InlineData("urn:message:Shop:Sold", "urn:message:Store:Sold", "Sold: $id was")]
    [InlineData("\"A note.\",", "\"A note.\", \"maxLength\": 10,", "Sold.note: maxLength was absent and is 10")]
    public void What_breaks_is_named(string old, string now, string finding) =>
        Assert.Contains(finding, Assert.Single(Changes(old, now)), StringComparison.Ordinal);

    [Fact]
    public void New_required_field_breaks() =>
        Assert.Contains("Sold.by is required", Assert.Single(Changes("\"note\":", "\"by\": { \"type\": \"string\" }, \"note\":", ("[\"id\", ", "[\"id\", \"by\", "))), StringComparison.Ordinal);

    [Fact]
    public void Removed_event_breaks_and_a_new_one_does_not()
    {
        var sold = JsonNode.Parse(Before)!.AsObject();

        Assert.Contains("Sold is gone", Assert.Single(BreakingChanges.Between(One("Sold", sold), One("Bought", sold))), StringComparison.Ordinal);
        Assert.Empty(BreakingChanges.Between(new Dictionary<string, JsonObject>(StringComparer.Ordinal), One("Bought", sold)));
    }

    private static string[] Changes(string old, string now, params (string Old, string Now)[] more)
    {
        var after = more.Append((old, now)).Aggregate(Before, (schema, change) =>
        {
            Assert.Contains(change.Item1, schema, StringComparison.Ordinal);
            return schema.Replace(change.Item1, change.Item2, StringComparison.Ordinal);
        });
        return [.. BreakingChanges.Between(One("Sold", JsonNode.Parse(Before)!.AsObject()), One("Sold", JsonNode.Parse(after)!.AsObject()))];
    }

    private static Dictionary<string, JsonObject> One(string name, JsonObject schema) => new(StringComparer.Ordinal) { [name] = schema };
}
