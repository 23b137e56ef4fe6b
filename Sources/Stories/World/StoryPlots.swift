/// The plots of the story world.
package enum StoryPlots {
    package static let all = lostAndFound + making + friends + trouble + wonders + animalLife
}
