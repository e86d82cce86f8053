using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WebhookPlatform.Gateway.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Recovery : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "recovered",
                table: "tallies",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<Guid>(
                name: "recovery",
                table: "deliveries",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "recoveries",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    trigger = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    cursor = table.Column<string>(type: "text", nullable: true),
                    pages = table.Column<int>(type: "integer", nullable: false),
                    listed = table.Column<long>(type: "bigint", nullable: false),
                    recovered = table.Column<long>(type: "bigint", nullable: false),
                    unusable = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_error = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    trace_parent = table.Column<string>(type: "character varying(55)", maxLength: 55, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_recoveries", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_deliveries_recovery_id",
                table: "deliveries",
                columns: new[] { "recovery", "id" },
                filter: "recovery IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_recoveries_due_at",
                table: "recoveries",
                column: "due_at",
                filter: "state = 'Pending'");

            migrationBuilder.CreateIndex(
                name: "ix_recoveries_source",
                table: "recoveries",
                column: "source",
                unique: true,
                filter: "state = 'Pending'");

            migrationBuilder.CreateIndex(
                name: "ix_recoveries_source_id",
                table: "recoveries",
                columns: new[] { "source", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "recoveries");

            migrationBuilder.DropIndex(
                name: "ix_deliveries_recovery_id",
                table: "deliveries");

            migrationBuilder.DropColumn(
                name: "recovered",
                table: "tallies");

            migrationBuilder.DropColumn(
                name: "recovery",
                table: "deliveries");
        }
    }
}
