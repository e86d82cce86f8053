using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookPlatform.Dashboard.Storage.Migrations
{
    /// <inheritdoc />
    public partial class RecoveredActivities : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "recovered",
                table: "activities",
                type: "boolean",
                nullable: false,
                defaultValue: false);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "recovered",
                table: "activities");
        }
    }
}
