import Loader

/// The text a user sees, with the folder of the test taken out.
func errorText(in folder: String, of body: () throws -> Void) -> String {
  do {
    try body()
  } catch let error as ModelError {
    return "\(error.description.replacing(folder + "/", with: ""))\n  \(error.advice)"
  } catch {
    return "\(error)"
  }
  return "no error"
}
