using System.Globalization;
using Platform.Learning.Evaluate;
using Platform.Learning.Input;
using Platform.Learning.Recommend;
using Platform.Tables.Native;
using Platform.Testing;

namespace Platform.Learning.Tests.Recommend;

public sealed class RealDataTests
{
    [SharedDataFact]
    public void A_year_of_a_real_shop_is_ranked_clearly_better_than_by_popularity()
    {
        using var database = DuckDbDatabase.OpenInMemory();
        using var connection = database.Connect();
        connection.Execute(
            """
            create table lines as
            select distinct * from read_csv($files)
            where not starts_with("InvoiceNo", 'C') and "Quantity" > 0 and "CustomerID" is not null
            """.Replace("$files", $"'{SharedData.Path("online-retail")}/*.csv', types = {{'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR'}}", StringComparison.Ordinal));
        var data = InteractionReader.Read(connection, new InteractionColumns("lines", "CustomerID", "StockCode", "InvoiceDate", "Quantity"), default);

        var trained = RecommenderTrainer.Train(data, new RecommenderOptions(), 7, default);

        Assert.Equal(4339, data.Users.Length);
        Assert.Equal(432, trained.Chosen!.Users);
        Assert.True(trained.HitOverPopularity!.Value.Low > 0.15, $"{trained.Chosen.Hit} against {trained.Popularity!.Hit}");
    }

    [SharedDataFact]
    public void Biased_factorisation_reaches_the_published_error_on_movielens()
    {
        var builder = new InteractionsBuilder(rated: true);
        foreach (var line in File.ReadLines(Path.Combine(SharedData.Path("movielens-100k"), "ml-100k.inter")).Skip(1))
        {
            var fields = line.Split('\t');
            builder.Add(fields[0], fields[1], (long)double.Parse(fields[3], CultureInfo.InvariantCulture), 1, float.Parse(fields[2], CultureInfo.InvariantCulture));
        }

        var report = RatingEvaluation.CrossValidate(builder.Build(), new RecommenderOptions { Factors = 64, Epochs = 40 }, folds: 5, seed: 0);

        Assert.Equal(100_000, report.Ratings);
        Assert.InRange(report.Rmse.Value, 0.90, 0.934);
    }
}
