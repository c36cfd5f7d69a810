namespace Jevons.Training.Tests;

public class TrainingConfigTests
{
    private const string Minimal = "model: m\noutput: o\ndata: a.jsonl\n";

    [Fact]
    public void FileSettingsAndDefaults_AreReadInThatOrderOfPrecedence()
    {
        TrainingConfig config = TrainingConfig.Read(
            TrainingKeys.Supervised, Minimal + "optimizer:\n  lr: 1e-3\n  clip: 2\n", "c.yaml", ["optimizer.lr=3e-4", "data=[x.jsonl, y.jsonl]"]);
        Assert.Equal(3e-4, config.Number("optimizer.lr"));
        Assert.Equal(2, config.Number("optimizer.clip"));
        Assert.Equal(0.95, config.Number("optimizer.beta2"));
        Assert.Equal(["x.jsonl", "y.jsonl"], config.List("data"));
        Assert.True(config.Flag("shuffle"));
    }

    [Fact]
    public void TheResolvedConfig_ReadsBackToTheSameValues()
    {
        TrainingConfig config = TrainingConfig.Read(TrainingKeys.Supervised, Minimal + "lora:\n  rank: 8\n", "c.yaml", ["seed=7"]);
        TrainingConfig again = TrainingConfig.Read(TrainingKeys.Supervised, config.ToYaml(), "again", []);
        Assert.Equal(config.ToYaml(), again.ToYaml());
        Assert.Equal(8, again.Integer("lora.rank"));
        Assert.Equal(7, again.Integer("seed"));
    }

    [Theory]
    [InlineData("optimizer:\n  learning_rate: 1\n", "line 5: there is no key \"optimizer.learning_rate\"")]
    [InlineData("optimiser:\n  lr: 1\n", "there is no key \"optimiser\"")]
    [InlineData("lr: 1\n", "did you mean \"optimizer.lr\"?")]
    [InlineData("stepz: 1\n", "did you mean \"steps\"?")]
    [InlineData("steps: many\n", "\"steps\" is \"many\", expected a whole number of at least 0")]
    [InlineData("schedule:\n  name: cosinus\n", "expected one of constant, linear, cosine, wsd")]
    [InlineData("shuffle: yes\n", "expected true or false")]
    [InlineData("steps: [1\n", "not YAML")]
    public void WhatIsWrong_IsSaidWithItsLine(string yaml, string message)
    {
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => TrainingConfig.Read(TrainingKeys.Supervised, Minimal + yaml, "c.yaml", []));
        Assert.Contains("c.yaml", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingKey_IsNamedWithWhatItIsFor()
    {
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => TrainingConfig.Read(TrainingKeys.Supervised, "model: m\n", "c.yaml", []));
        Assert.Contains("\"output\" is missing", e.Message, StringComparison.Ordinal);
    }
}
