using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using WebhookPlatform.Messaging.Storage;

namespace WebhookPlatform.Gateway.Storage;

/// <summary>For <c>dotnet ef</c>, which needs the model and no server.</summary>
internal sealed class GatewayDesignTime : IDesignTimeDbContextFactory<GatewayDbContext>
{
    public GatewayDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<GatewayDbContext>();
        Database.Configure(options.UseNpgsql("Host=localhost;Database=gateway"));
        return new GatewayDbContext(options.Options);
    }
}
