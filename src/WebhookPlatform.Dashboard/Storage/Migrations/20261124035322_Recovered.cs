using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookPlatform.Dashboard.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Recovered : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "recovered",
                table: "ledger_minutes",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "recovered",
                table: "ledger_minutes");
        }
    }
}
