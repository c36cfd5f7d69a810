using Jevons.Inference;

namespace Jevons.Cli;

/// <summary>A loaded model and the engine over it.</summary>
/// <param name="Path">The file or folder.</param>
/// <param name="Model">The model.</param>
/// <param name="Engine">The engine.</param>
/// <param name="LoadTime">How long both took to start.</param>
internal sealed record RunningModel(string Path, Model Model, Engine Engine, TimeSpan LoadTime) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Engine.Dispose();
        Model.Dispose();
    }
}
