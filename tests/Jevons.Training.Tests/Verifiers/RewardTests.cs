namespace Jevons.Training.Tests;

public class RewardTests
{
    [Theory]
    [InlineData("<think>a</think><answer>b</answer>", 1)]
    [InlineData(" <think>\na\n</think>\n<answer>\nb\n</answer>\n", 1)]
    [InlineData("<think>a</think> then <answer>b</answer>", 0)]
    [InlineData("<think>a<think>b</think></think><answer>c</answer>", 0)]
    [InlineData("<answer>b</answer><think>a</think>", 0)]
    [InlineData("<think>a</think><answer>b</answer>.", 0)]
    public void Format_NeedsEverySectionOnceInOrder(string completion, double expected) =>
        Assert.Equal(expected, Score(new FormatReward(["think", "answer"]), completion));

    [Theory]
    [InlineData("a</think>\n\nThe answer", 1)]
    [InlineData("a</think>\n\n", 0)]
    [InlineData("a", 0)]
    [InlineData("a</think>b</think>c", 0)]
    public void Format_CanStartInsideTheThoughtAndEndFreely(string completion, double expected) =>
        Assert.Equal(expected, Score(new FormatReward(["think"], answerFollows: true, isOpened: true), completion));

    [Theory]
    [InlineData("en", "<think>So we add two and three.</think>", 1.0)]
    [InlineData("en", "<think>So \u6211\u4EEC add</think> \u7B54\u6848", 0.5)]
    [InlineData("zh", "<think>\u6211\u4EEC\u8BA1\u7B97 \\frac{1}{2}</think> done", 1.0)]
    [InlineData("en", "\u0434\u0430 yes \u043D\u0435\u0442 no", 0.5)]
    [InlineData("ru", "\u0434\u0430 yes \u043D\u0435\u0442 no", 0.5)]
    [InlineData("en", "1 + 2 = 3", null)]
    public void Language_IsTheShareOfItsWords(string language, string completion, double? expected) =>
        Assert.Equal(expected, Score(new LanguageConsistencyReward(language), completion));

    [Fact]
    public void UnknownLanguages_AreRefused() =>
        Assert.Contains("language \"xx\"", Assert.Throws<ArgumentException>(() => new LanguageConsistencyReward("xx")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("63/400", "63", "400")]
    [InlineData("\\frac{-6}{8}", "-3", "4")]
    [InlineData("-\\dfrac{6}{8}", "-3", "4")]
    [InlineData("$1,234.50$", "2469", "2")]
    [InlineData("25\\%", "1", "4")]
    [InlineData("\\boxed{\\frac{1}{3}}", "1", "3")]
    [InlineData(" 042. ", "42", "1")]
    public void Numbers_AreReadExactly(string text, string numerator, string denominator)
    {
        RationalNumber? number = RationalNumber.Parse(text);
        Assert.Equal($"{numerator}/{denominator}", $"{number?.Numerator}/{number?.Denominator}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("forty two")]
    [InlineData("1/0")]
    [InlineData("12,34")]
    [InlineData("1.2.3")]
    [InlineData("\\frac{1}")]
    [InlineData("--1")]
    public void OtherTexts_AreNoNumbers(string text) => Assert.Null(RationalNumber.Parse(text));

    [Fact]
    public void Accuracy_ComparesWithWhatUserCodeGives()
    {
        AccuracyReward reward = new((answer, solution) => string.Equals(answer, solution, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(1, reward.Score(new RewardSample("", "<answer> B </answer>", [], "b"), CancellationToken.None));
        Assert.Equal(0, reward.Score(new RewardSample("", "B", [], "b"), CancellationToken.None));
        Assert.Null(reward.Score(new RewardSample("", "B", []), CancellationToken.None));
    }

    [Fact]
    public void TheLastWholeBox_IsTheAnswer()
    {
        Assert.Equal("b{c}", AnswerText.LastBoxed("\\boxed{a} then \\boxed{b{c}} and \\boxed{d"));
        Assert.Null(AnswerText.LastBoxed("\\boxed{a"));
    }

    private static double? Score(IReward reward, string completion) => reward.Score(new RewardSample(string.Empty, completion, []), CancellationToken.None);
}
