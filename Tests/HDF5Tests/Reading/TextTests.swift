import Foundation
import HDF5
import TestSupport
import Testing

/// Texts of variable length, which are looked up without the library.
@Suite struct TextTests {
  static let files = [
    "earliest", "v108", "latest", "user-block", "user-block-latest", "ordered-latest",
  ]

  @Test("texts are what h5py reads, in every version of the format", arguments: files)
  func sameAsH5py(_ name: String) throws {
    let json = Data(try bytes(of: fixturePath("files/texts/expected.json")))
    let expected = try JSONDecoder().decode([String: [String: [String]]].self, from: json)
    #expect(expected["/many"]?.count == 46)
    try compare(File(fixturePath("files/texts/\(name).h5")), with: expected)
    // The same bytes in memory, where a user block has no place.
    if name.hasPrefix("user-block") { return }
    let image = try bytes(of: fixturePath("files/texts/\(name).h5"))
    try compare(File(image: image, named: name), with: expected)
  }

  private func compare(_ file: File, with expected: [String: [String: [String]]]) throws {
    for (owner, attributes) in expected {
      for (name, texts) in attributes {
        let attribute =
          owner == "/group/values"
          ? try file.root.dataset(owner).attribute(name)
          : try file.root.group(owner).attribute(name)
        guard let attribute else {
          Issue.record("\(owner)@\(name) is missing")
          continue
        }
        switch name {
        case "long": #expect(try attribute.text() == String(repeating: texts[0], count: 4200))
        case "table": #expect(throws: HDF5Error.self) { try attribute.texts() }
        case "list", "none", "of a named type": #expect(try attribute.texts() == texts)
        default: #expect(try attribute.text() == texts[0], "\(owner)@\(name)")
        }
      }
    }
  }

  @Test("a copy has the same texts, in attributes and in datasets", arguments: files)
  func copied(_ name: String) throws {
    try withTemporaryFolder { folder in
      let (path, out) = (fixturePath("files/texts/\(name).h5"), "\(folder)/copy.h5")
      let file = try File(path)
      var changes = FileChanges()
      let dataset = try file.root.dataset("group/values")
      changes.replace(dataset, shape: [2, 3], elements: try dataset.encodedElements())
      let pending = try PendingFile(for: out, overwrite: false, apartFrom: [path])
      try file.copy(to: pending, with: changes)
      try pending.commit()
      let (old, new) = (try HDF5Listing(path).objects, try HDF5Listing(out).objects)
      #expect(old.keys.sorted() == new.keys.sorted())
      for (place, object) in old {
        // The elements of the others are texts, which are elsewhere in a copy.
        #expect(new[place]?.attributes == object.attributes, "\(place)")
        #expect(new[place]?.shape == object.shape, "\(place)")
      }
      #expect(try texts(of: "words", in: out) == texts(of: "words", in: path))
      #expect(try texts(of: "packed", in: out) == texts(of: "packed", in: path))
    }
  }

  private func texts(of dataset: String, in path: String) throws -> [String] {
    try HDF5Listing.texts(of: dataset, in: path)
  }

  /// Where in a file the first reference to a text stands: the length, then the block's address.
  private func reference(in whole: [UInt8], length: Int) throws -> (place: Int, heap: Int) {
    let heap = try #require(
      whole.indices.first { whole[$0...].starts(with: Array("GCOL".utf8)) })
    let pattern =
      (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
      + (0..<8).map { UInt8(truncatingIfNeeded: heap >> (8 * $0)) } + [1, 0, 0, 0]
    return (try #require(whole.firstRange(of: pattern)?.lowerBound), heap)
  }

  @Test("a reference that leads astray is refused when it is read, and before it is copied")
  func astray() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      do {
        let writer = try HDF5Writer(path)
        writer.group("group")
        writer.attribute("text", of: "/group", "twelve bytes")
        writer.dataset("x", [1], shape: [1])
      }
      let whole = try bytes(of: path)
      let (place, heap) = try reference(in: whole, length: 12)
      // Too long a length; a block that is none; another that is outside; an object that is not there.
      let changes: [(at: Int, bytes: [UInt8])] = [
        (0, [255, 255, 255, 255]), (0, [13]), (4, [0, 1]), (4, [0, 0, 0, 0, 0, 0, 0, 0x7F]),
        (12, [9]),
      ]
      for change in changes {
        var spoiled = whole
        spoiled.replaceSubrange(
          place + change.at..<place + change.at + change.bytes.count, with: change.bytes)
        try write(spoiled, to: path)
        let error = #expect(throws: HDF5Error.self) {
          try File(path).root.group("group").attribute("text")
        }
        #expect(error?.object == "/group@text")
        let copying = #expect(throws: HDF5Error.self) { try copyAll(of: path, in: folder) }
        #expect(copying?.object == "/group@text")
      }
      // Shorter than what is stored: it can be read, and is not copied, as the library would write
      // behind the room it takes.
      var spoiled = whole
      spoiled[place] = 6
      try write(spoiled, to: path)
      #expect(try File(path).root.group("group").attribute("text")?.text() == "twelve")
      let copying = #expect(throws: HDF5Error.self) { try copyAll(of: path, in: folder) }
      #expect(copying?.problem == .damaged(part: "block of texts", offset: heap))
    }
  }

  private func copyAll(of path: String, in folder: String) throws {
    let file = try File(path)
    var changes = FileChanges()
    let dataset = try file.root.dataset("x")
    changes.replace(dataset, shape: [1], elements: try dataset.encodedElements())
    let pending = try PendingFile(for: "\(folder)/copy.h5", overwrite: false, apartFrom: [path])
    try file.copy(to: pending, with: changes)
  }
}
