namespace WebhookPlatform.UnitTests.Documentation;

/// <summary>What is wrong, as sentences; xunit's own assertions would cut them off.</summary>
internal static class Findings
{
    public static void AssertNone(IEnumerable<string> findings)
    {
        if (findings.ToArray() is { Length: > 0 } found)
        {
            Assert.Fail(string.Join('\n', found));
        }
    }
}
