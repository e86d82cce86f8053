using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using WebhookPlatform.Messaging.Storage;

namespace WebhookPlatform.Automation.Storage;

/// <summary>For <c>dotnet ef</c>, which makes migrations without a running service.</summary>
internal sealed class AutomationDesignTime : IDesignTimeDbContextFactory<AutomationDbContext>
{
    public AutomationDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<AutomationDbContext>();
        Database.Configure(options.UseNpgsql("Host=localhost;Database=automation"));
        return new AutomationDbContext(options.Options);
    }
}
