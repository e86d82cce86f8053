using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers.Mapping;

/// <summary>Finds what is wrong with a declared mapping, as sentences that say what to fix.</summary>
public static class MappingChecks
{
    public static IEnumerable<string> Find(FieldMapping mapping)
    {
        foreach (var (path, place) in new[] { (mapping.EventIdField, "EventIdField"), (mapping.EventTypeField, "EventTypeField"), (mapping.OccurredAtField, "OccurredAtField") })
        {
            if (path is not null && !IsPath(path))
            {
                yield return $"{place} '{path}' is no field path: write names with dots between, e.g. data.id.";
            }
        }

        for (var i = 0; i < mapping.Rules.Count; i++)
        {
            foreach (var finding in Find(mapping.Rules[i]))
            {
                yield return $"Map:{i}: {finding}";
            }

            if (mapping.Rules[i].When.Count == 0 && i < mapping.Rules.Count - 1)
            {
                yield return $"Map:{i} has no When, so it matches every body and the rules after it are never reached: put it last.";
            }
        }
    }

    private static IEnumerable<string> Find(MappingRule rule)
    {
        foreach (var path in rule.When.Keys.Concat(rule.Fields.Values))
        {
            if (!IsPath(path))
            {
                yield return $"'{path}' is no field path: write names with dots between, e.g. data.id, or = and a fixed text.";
            }
        }

        if (MappableEvent.Find(rule.Event) is not { } shape)
        {
            yield return $"'{rule.Event}' is no event: use one of {string.Join(", ", MappableEvent.All.Select(e => e.Name))}.";
            yield break;
        }

        foreach (var field in shape.Required.Where(field => !rule.Fields.Keys.Contains(field, StringComparer.OrdinalIgnoreCase)))
        {
            yield return $"{shape.Name} needs {field}: add it to Fields with the path where the body has it.";
        }

        foreach (var field in rule.Fields.Keys.Where(field => !shape.Required.Concat(shape.Optional).Contains(field, StringComparer.OrdinalIgnoreCase)))
        {
            yield return $"{shape.Name} has no field '{field}': use {string.Join(", ", shape.Required.Concat(shape.Optional))}.";
        }

        if (rule.Fields.Keys.Contains("Amount", StringComparer.OrdinalIgnoreCase) != rule.Fields.Keys.Contains("Currency", StringComparer.OrdinalIgnoreCase)
            && shape.Optional.Contains("Amount", StringComparer.Ordinal))
        {
            yield return $"{shape.Name} takes Amount and Currency together: without the one the other says nothing.";
        }

        foreach (var field in rule.Fields.Keys.GroupBy(field => field, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            yield return $"Fields has {field.Key} more than once.";
        }
    }

    private static bool IsPath(string path) =>
        path.StartsWith('=') ? path.Length > 1 : path.Split('|', StringSplitOptions.TrimEntries).All(one => one.Split('.').All(name => name.Length > 0));
}
