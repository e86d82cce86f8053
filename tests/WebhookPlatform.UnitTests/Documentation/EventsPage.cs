using System.Text;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Providers.Mapping;

namespace WebhookPlatform.UnitTests.Documentation;

/// <summary>What docs/events.md says by itself about contracts and providers. Each part stands between markers of its name; all else on the page is written by hand.</summary>
internal static class EventsPage
{
    private static readonly Dictionary<string, Func<string>> Parts = new(StringComparer.Ordinal)
    {
        ["matrix"] = Matrix,
        ["gives"] = Gives,
        ["metadata"] = () => Fields(ContractShape.Of(typeof(EventMetadata))),
        ["money"] = () => Fields(ContractShape.Of(typeof(Money))),
        ["domain-events"] = () => Sections(ContractCatalog.DomainEvents),
        ["platform-messages"] = () => Sections(ContractCatalog.PlatformMessages),
        ["mappable-fields"] = MappableFields,
    };

    public static string File { get; } = Repository.PathTo("docs", "events.md");

    /// <summary>The page with every part as the code has it now.</summary>
    public static string Write(string page)
    {
        foreach (var (name, content) in Parts)
        {
            var (begin, end) = ($"<!-- generated: {name} -->\n", $"<!-- end of {name} -->");
            var (from, to) = (page.IndexOf(begin, StringComparison.Ordinal), page.IndexOf(end, StringComparison.Ordinal));
            Assert.True(from >= 0 && to > from, $"docs/events.md has no place for '{name}': {begin}{end}");
            page = string.Concat(page.AsSpan(0, from + begin.Length), content(), page.AsSpan(to));
        }

        return page;
    }

    /// <summary>A table for each family of events: who gives them, and by which events of their own. A provider is a row: there are many more of them than events in a family.</summary>
    private static string Matrix()
    {
        var page = new StringBuilder();
        foreach (var family in ContractCatalog.DomainEvents.Where(type => type != typeof(WebhookReceived)).GroupBy(FamilyOf, StringComparer.Ordinal))
        {
            var events = family.Select(type => type.Name).ToArray();
            var givers = ProviderCatalog.All.Where(provider => provider.Gives.Any(given => events.Contains(given.Event, StringComparer.Ordinal))).ToArray();
            page.Append('\n').Append("**").Append(family.Key).Append("**\n\n");
            Row(page, ["", .. events.Select(name => $"[{name}](#{name.ToLowerInvariant()})")]);
            Row(page, [.. Enumerable.Repeat("---", events.Length + 1)]);
            foreach (var provider in givers)
            {
                Row(page, [$"`{provider.Name}`", .. events.Select(name => TypesOf(provider, name))]);
            }

            // An empty table reads like a mistake.
            if (givers.Length == 0)
            {
                Row(page, ["by a declared mapping only", .. events.Select(_ => "")]);
            }
        }

        return page.Append('\n').ToString();
    }

    private static string TypesOf(IWebhookProvider provider, string contract) =>
        string.Join("<br>", provider.Gives.Where(given => string.Equals(given.Event, contract, StringComparison.Ordinal)).Select(given => $"`{given.Type}`").Distinct(StringComparer.Ordinal));

    private static string Gives()
    {
        var page = new StringBuilder("\n");
        Row(page, ["provider", "its event", "gives", "occurred at"]);
        Row(page, ["---", "---", "---", "---"]);
        foreach (var provider in ProviderCatalog.All)
        {
            foreach (var given in provider.Gives)
            {
                Row(page, [$"`{provider.Name}`", given.When.Length > 0 ? $"`{given.Type}`, {given.When}" : $"`{given.Type}`", $"`{given.Event}`", given.OccurredAt]);
            }
        }

        return page.Append('\n').ToString();
    }

    private static string Sections(IEnumerable<Type> contracts)
    {
        var page = new StringBuilder("\n");
        foreach (var contract in contracts)
        {
            var shape = ContractShape.Of(contract);
            page.Append("### ").Append(contract.Name).Append('\n').Append(shape.Summary).Append('\n').Append(Fields(shape));
        }

        return page.ToString();
    }

    private static string Fields(ContractShape shape)
    {
        var page = new StringBuilder("\n");
        Row(page, ["field", "type", "meaning"]);
        Row(page, ["---", "---", "---"]);
        foreach (var field in shape.Fields.Where(field => field.Type != typeof(EventMetadata)))
        {
            Row(page, [$"`{field.Name}`", field.IsOptional ? $"{Word(field.Type)}, optional" : Word(field.Type), field.Meaning]);
        }

        return page.Append('\n').ToString();
    }

    private static string MappableFields()
    {
        var page = new StringBuilder("\n");
        Row(page, ["event", "required", "optional"]);
        Row(page, ["---", "---", "---"]);
        foreach (var mappable in MappableEvent.All)
        {
            Row(page, [$"`{mappable.Name}`", Quoted(mappable.Required), Quoted(mappable.Optional)]);
        }

        return page.Append('\n').ToString();
    }

    /// <summary>A contract's folder: <c>Payments</c>.</summary>
    public static string FamilyOf(Type contract) => contract.Namespace!.Split('.')[^1];

    private static string Word(Type type) =>
        type == typeof(string) ? "text"
        : type == typeof(Guid) ? "UUID"
        : type == typeof(DateTimeOffset) ? "time, ISO 8601 UTC"
        : type == typeof(Money) ? "money"
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(long) ? "whole number"
        : type == typeof(ReadOnlyMemory<byte>) ? "text, base64"
        : type.IsEnum ? string.Join(", ", Enum.GetNames(type)[..^1].Select(name => $"`{name}`")) + $" or `{Enum.GetNames(type)[^1]}`"
        : type == typeof(IReadOnlyList<string>) ? "list of text"
        : type is { IsGenericType: true } && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? $"list of objects: {string.Join(", ", ContractShape.Of(type.GetGenericArguments()[0]).Fields.Select(field => $"`{field.Name}`"))}"
        : throw new InvalidOperationException($"Say in words what {type} is.");

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"`{name}`"));

    private static void Row(StringBuilder page, IReadOnlyList<string> cells) =>
        page.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
