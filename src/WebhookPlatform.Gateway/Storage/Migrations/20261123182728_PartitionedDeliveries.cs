using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookPlatform.Gateway.Storage.Migrations
{
    /// <inheritdoc />
    public partial class PartitionedDeliveries : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // The partitions of days are the service's to make (DeliveryPartitions); rows there are move along with the first of them.
            migrationBuilder.Sql("""
                ALTER TABLE deliveries RENAME TO deliveries_default;
                ALTER TABLE deliveries_default RENAME CONSTRAINT pk_deliveries TO pk_deliveries_default;
                ALTER INDEX ix_deliveries_conflict_of RENAME TO ix_deliveries_default_conflict_of;
                ALTER INDEX ix_deliveries_source_id RENAME TO ix_deliveries_default_source_id;
                CREATE TABLE deliveries (LIKE deliveries_default INCLUDING DEFAULTS) PARTITION BY RANGE (id);
                ALTER TABLE deliveries ADD CONSTRAINT pk_deliveries PRIMARY KEY (id);
                CREATE INDEX ix_deliveries_conflict_of ON deliveries (conflict_of) WHERE conflict_of IS NOT NULL;
                CREATE INDEX ix_deliveries_source_id ON deliveries (source, id);
                ALTER TABLE deliveries ATTACH PARTITION deliveries_default DEFAULT;
                """);

            migrationBuilder.CreateIndex(
                name: "ix_claims_last_seen_at",
                table: "claims",
                column: "last_seen_at")
                .Annotation("Npgsql:IndexMethod", "brin");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                CREATE TABLE deliveries_whole (LIKE deliveries INCLUDING DEFAULTS);
                INSERT INTO deliveries_whole SELECT * FROM deliveries;
                DROP TABLE deliveries;
                ALTER TABLE deliveries_whole RENAME TO deliveries;
                ALTER TABLE deliveries ADD CONSTRAINT pk_deliveries PRIMARY KEY (id);
                CREATE INDEX ix_deliveries_conflict_of ON deliveries (conflict_of) WHERE conflict_of IS NOT NULL;
                CREATE INDEX ix_deliveries_source_id ON deliveries (source, id);
                """);

            migrationBuilder.DropIndex(
                name: "ix_claims_last_seen_at",
                table: "claims");
        }
    }
}
