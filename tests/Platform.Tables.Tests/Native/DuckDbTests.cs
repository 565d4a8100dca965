using System.Text;
using System.Text.Json;
using Platform.Tables.Native;

namespace Platform.Tables.Tests.Native;

public sealed class DuckDbTests : IDisposable
{
    private readonly DuckDbDatabase _database = DuckDbDatabase.OpenInMemory();
    private readonly DuckDbConnection _connection;

    public DuckDbTests() => _connection = _database.Connect();

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    private static Dictionary<string, object?> With(string name, object? value) => new() { [name] = value };

    [Theory]
    [InlineData("true", "true")]
    [InlineData("(-5)::tinyint", "-5")]
    [InlineData("250::utinyint", "250")]
    [InlineData("(-300)::smallint", "-300")]
    [InlineData("65000::usmallint", "65000")]
    [InlineData("4000000000::uinteger", "4000000000")]
    [InlineData("18446744073709551615::ubigint", "18446744073709551615")]
    [InlineData("170141183460469231731687303715884105727::hugeint", "170141183460469231731687303715884105727")]
    [InlineData("340282366920938463463374607431768211455::uhugeint", "340282366920938463463374607431768211455")]
    [InlineData("'nan'::double", "\"NaN\"")]
    [InlineData("1.5::float", "1.5")]
    [InlineData("12.34::decimal(4,2)", "12.34")]
    [InlineData("-0.05::decimal(9,2)", "-0.05")]
    [InlineData("123456789012.345::decimal(18,3)", "123456789012.345")]
    [InlineData("12345678901234567890123456789012.345678::decimal(38,6)", "\"12345678901234567890123456789012.345678\"")]
    [InlineData("'Zoë and a longer text'", "\"Zo\\u00EB and a longer text\"")]
    [InlineData("date '2011-12-09'", "\"2011-12-09\"")]
    [InlineData("time '08:26:00.5'", "\"08:26:00.5\"")]
    [InlineData("timetz '08:26:00+02'", "\"08:26:00\\u002B02:00\"")]
    [InlineData("timestamp '2011-12-09 12:50:00'", "\"2011-12-09T12:50:00\"")]
    [InlineData("timestamptz '2011-12-09 12:50:00+01'", "\"2011-12-09T11:50:00Z\"")]
    [InlineData("timestamp_s '2011-12-09 12:50:01'", "\"2011-12-09T12:50:01\"")]
    [InlineData("timestamp_ms '2011-12-09 12:50:00.25'", "\"2011-12-09T12:50:00.25\"")]
    [InlineData("timestamp_ns '2011-12-09 12:50:00.000001'", "\"2011-12-09T12:50:00.000001\"")]
    [InlineData("'infinity'::timestamp", "\"9999-12-31T23:59:59.999999\"")]
    [InlineData("interval '1 month 2 days 3.5 seconds'", "\"P1M2DT3.5S\"")]
    [InlineData("'\\xAA\\xBB'::blob", "\"qrs=\"")]
    [InlineData("'123e4567-e89b-12d3-a456-426614174000'::uuid", "\"123e4567-e89b-12d3-a456-426614174000\"")]
    [InlineData("'b'::enum('a','b')", "\"b\"")]
    [InlineData("'10101'::bit", "\"10101\"")]
    [InlineData("(-123456789012345678901234567890)::bignum", "-123456789012345678901234567890")]
    [InlineData("[1, null, 3]", "[1,null,3]")]
    [InlineData("[]::int[]", "[]")]
    [InlineData("array_value(1, 2)", "[1,2]")]
    [InlineData("{'a': 1, 'b': [{'c': null}]}", "{\"a\":1,\"b\":[{\"c\":null}]}")]
    [InlineData("map {'k': 1}", "{\"k\":1}")]
    [InlineData("map {1: 'v'}", "[{\"key\":1,\"value\":\"v\"}]")]
    [InlineData("union_value(num := 7)", "7")]
    [InlineData("'{\"x\":1}'::json", "\"{\\u0022x\\u0022:1}\"")]
    [InlineData("null", "null")]
    public void Every_type_becomes_a_value_and_json(string expression, string json)
    {
        var result = _connection.Query($"select {expression} as v from range(2)");

        Assert.Equal(2, result.Rows.Count);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            DuckDbJson.Write(writer, result.Rows[1][0]);
        Assert.Equal(json, Encoding.UTF8.GetString(stream.ToArray()));
    }

    public static TheoryData<object?, string> Parameters() => new()
    {
        { null, "null" }, { "it's", "it's" }, { true, "true" }, { 42, "42" }, { long.MinValue, "-9223372036854775808" }, { 2.5, "2.5" }, { -12.340m, "-12.340" },
        { decimal.MaxValue, "79228162514264337593543950335" }, { new DateTimeOffset(2011, 12, 9, 12, 50, 0, TimeSpan.FromHours(2)), "2011-12-09 10:50:00+00" },
        { new DateOnly(1969, 12, 31), "1969-12-31" }, { new TimeOnly(1, 2, 3), "01:02:03" }, { Guid.Parse("823e4567-e89b-12d3-a456-426614174000"), "823e4567-e89b-12d3-a456-426614174000" },
        { new[] { "a", null, "b" }, "[a, NULL, b]" }, { new[] { 1L, 2L }, "[1, 2]" }, { Array.Empty<string>(), "[]" }, { new[] { 1.25m, 2.50m }, "[1.25, 2.50]" },
    };

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Parameters_are_bound_by_name(object? value, string text)
        => Assert.Equal(text, _connection.Query("select coalesce($value::varchar, 'null')", With("Value", value)).Scalar<string>());

    [Fact]
    public void A_missing_parameter_is_named()
    {
        var error = Assert.Throws<DuckDbException>(() => _connection.Query("select $when"));

        Assert.Equal(DuckDbErrorKind.Parameter, error.Kind);
        Assert.Contains("$when", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("selec 1", DuckDbErrorKind.Syntax)]
    [InlineData("", DuckDbErrorKind.Syntax)]
    [InlineData("select * from nowhere", DuckDbErrorKind.Binding)]
    [InlineData("select 'x'::int", DuckDbErrorKind.Conversion)]
    [InlineData("select * from read_csv('/nowhere/x.csv')", DuckDbErrorKind.InputOutput)]
    [InlineData("set no_such_setting = 1", DuckDbErrorKind.Binding)]
    public void Errors_have_a_kind_and_a_message(string sql, DuckDbErrorKind kind)
    {
        var error = Assert.Throws<DuckDbException>(() => _connection.Query(sql));

        Assert.Equal(kind, error.Kind);
        Assert.NotEmpty(error.Message);
        Assert.Equal(1, _connection.Query("select 1").Scalar<int>());
    }

    [Fact]
    public void Batches_stream_without_copies()
    {
        using var reader = _connection.Stream("select case when i % 3 = 0 then null else i end as i, 'text number ' || i as t, [i, i + 1] as l from range(10000) r(i)");
        long sum = 0, bytes = 0, rows = 0, elements = 0;
        var doubles = new double[2048];
        while (reader.Read(out var batch))
        {
            var numbers = batch[0].Values<long>();
            for (var row = 0; row < batch.RowCount; row++)
            {
                sum += batch[0].IsNull(row) ? 0 : numbers[row];
                bytes += batch[1].Utf8(row).Length;
            }
            batch[0].CopyDoubles(doubles);
            Assert.Equal(batch[0].IsNull(0), double.IsNaN(doubles[0]));
            elements += batch[2].ListElements(out var entries).Count;
            Assert.Equal(2, entries[0].Length);
            rows += batch.RowCount;
        }
        Assert.Equal((10000, 33326667, 20000), (rows, sum, elements));
        Assert.Equal(158890, bytes);
    }

    [Fact]
    public void A_wrong_width_is_refused()
    {
        using var reader = _connection.Stream("select 1::bigint");
        Assert.True(reader.Read(out var batch));

        Assert.Throws<InvalidOperationException>(() => batch[0].Values<int>().Length);
    }

    [Fact]
    public async Task A_cancelled_query_ends_soon()
    {
        using var cancel = new CancellationTokenSource();
        var query = Task.Run(() => _connection.Query("select count(*) from range(100000000) a(i) join range(1000) b(j) on i % 1000 = j where hash(i, j) % 7 = 0", null, cancel.Token));
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        Assert.Equal(1, _connection.Query("select 1").Scalar<int>());
    }

    [Fact]
    public void Rows_and_chunks_are_appended()
    {
        _connection.Execute("create table t (a bigint, b varchar, c double, d decimal(9,2), e timestamptz, f date, g boolean)");
        using (var appender = _connection.Append("t"))
        {
            for (var i = 0; i < 5000; i++)
                appender.AddRow(i, i % 2 == 0 ? null : $"row {i}", i * 0.5, i + 0.25m, DateTimeOffset.UnixEpoch.AddDays(i), new DateOnly(2000, 1, 1), true);
            appender.Complete();
            Assert.Equal(5000, appender.RowsWritten);
        }

        var row = _connection.Query("select count(*), count(b), sum(c), sum(d), max(e), min(f), bool_and(g) from t").Rows[0];
        Assert.Equal([5000L, 2500L, 6248750d, 12498750m, DateTimeOffset.UnixEpoch.AddDays(4999), new DateOnly(2000, 1, 1), true], row);
    }

    [Fact]
    public void A_value_that_does_not_fit_is_named()
    {
        _connection.Execute("create table t (a tinyint)");
        using var appender = _connection.Append("t");

        Assert.Contains("300", Assert.Throws<DuckDbException>(() => appender.AddRow(300)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_spill_folder_over_its_limit_stops_the_query()
    {
        var folder = Directory.CreateTempSubdirectory("spill");
        try
        {
            using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { MemoryLimit = 64 << 20, Threads = 2, SpillFolder = folder.FullName, SpillLimit = 20 << 20 });
            using var connection = database.Connect();

            var error = Assert.Throws<DuckDbException>(() => connection.Execute("create table big as select i, hash(i)::varchar || repeat('x', 40) as t from range(20000000) r(i); select * from big order by t"));
            Assert.Contains(error.Kind, new[] { DuckDbErrorKind.SpillLimit, DuckDbErrorKind.OutOfMemory });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
