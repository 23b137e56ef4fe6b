/// The words of the story world.
enum StoryWords {
    static let sections: [(StoryLexicon.Entry.Kind, String)] = [
        (.person, people), (.animal, animals), (.thing, things), (.place, places), (.idea, ideas),
    ]

    /// `name: word, word`; a list `adj-x` gives entries tagged x their adjectives.
    static let lists = """
        names-she: Bella, Misty, Luna, Daisy, Coco, Willow
        names-he: Rusty, Bruno, Oscar, Toby, Gus, Milo
        adj-child: brave, curious, kind, cheerful, clever, gentle, lively, polite, careful, playful, quiet, busy, funny, \
        thoughtful, hopeful, friendly, helpful, smart, jolly, sweet
        adj-animal: friendly, clever, gentle, shy, hungry, sleepy, busy, kind, quick, curious, lonely, playful, silly, \
        brave, fluffy, proud, merry, patient
        adj-bigbeast: strong, huge, kind, slow, gentle, mighty, proud, wise, calm, old, lonely, patient
        adj-smallbeast: tiny, small, little, quick, shy, clever, brave, busy, gentle, cheerful, lonely
        adj-toy: red, blue, green, yellow, purple, orange, pink, shiny, new, old, little, big, striped, spotted, \
        bright, painted, silver, golden
        adj-cloth: red, blue, green, yellow, purple, pink, white, warm, soft, woolly, striped, fuzzy, pretty, thick
        adj-food: sweet, fresh, big, tasty, juicy, small, yummy, round, delicious
        adj-baked: warm, sweet, fresh, round, fluffy, big, tasty, golden, crunchy
        adj-tool: long, old, strong, small, big, heavy, sturdy, rusty, useful, good
        adj-treasure: shiny, golden, silver, tiny, beautiful, sparkling, pretty, smooth, old, special, magic, precious
        adj-dish: blue, white, green, yellow, pretty, painted, old, special, fine, pink
        adj-thing: red, blue, green, new, old, little, big, pretty, brown, white
        adj-place: quiet, big, sunny, lovely, green, small, pretty, old
        adj-person: kind, gentle, wise, patient, busy, cheerful, calm, friendly
        happy: happy, glad, proud, cheerful, delighted, pleased, joyful, thrilled
        sad: sad, upset, unhappy, worried, gloomy, miserable
        scared: scared, afraid, frightened, nervous, worried
        angry: angry, cross, mad, grumpy, annoyed
        surprised: surprised, amazed, astonished
        tired: tired, sleepy, weary
        day: One day, One morning, One sunny day, One afternoon, One fine morning, One warm day, One Saturday, \
        One bright morning, One spring day, One summer day
        later: The next day, The next morning, The next week, A few days later, That weekend, The day after
        soon: Soon, After a while, Before long, In a little while, A moment later, Then, A few minutes later
        suddenly: Suddenly, All of a sudden, Just then, At that moment
        said: said
        asked: asked
        shouted: shouted, called, cried, yelled
        smiled: smiled, laughed, grinned
        went: went, walked, hurried, ran, skipped, wandered
        looked: looked, peeked, searched, checked
        liked: liked, loved, enjoyed
        well: carefully, gently, slowly, quietly
        hugged: hugged
        games: hide and seek, tag, catch, pretend, hopscotch, leapfrog
        weather: sunny, warm, bright, breezy, cloudy, clear
        wow: Wow, Oh, Look, Hooray, Yay
        ohno: Oh no, Oh dear, Uh-oh, Oh my
        please: Please, Oh please
        color: red, blue, green, yellow, purple, orange, pink, white, brown, black
        number: two, three, four, five, six, seven, eight, nine, ten
        sky: a cloud like a sheep, a rainbow, a bright star, a big balloon, an airplane, a flock of geese, the round moon
        sweetdream: flying over the hills, a castle of clouds, a boat made of leaves, a picnic on the moon, dancing stars, \
        a garden of candy, a friendly dragon, a talking tree
        bodypart: knee, elbow, finger, toe, hand, foot, chin
        climbing: climbing, swimming, flying, digging, singing
        keyword: key, spoon, stick, coin, leaf
        hotword: hot, cold, wet, dirty
        waterword: water, sand, milk, paint, salt
        cardword: card
        emptyword: empty, full, hot, broken
        notcome: not come, come at once, come running
        truthword: truth, story, time, weather
        flyword: fly, swim, read, sleep
        sharpword: sharp, soft, sweet, wet
        loudword: loud, quiet, small, soft
        awayword: away, closer, home
        stormword: storm, cake, snow, sun
        bandageword: bandage, spoon, hat, sock
        dangerousword: dangerous, funny, sweet, soft
        wetword: wet, dry, warm, hungry
        upword: up, down, lost
        skyword: fly, swim, dig, sing
        strongword: strong, soft, sweet, short
        teethword: teeth, ears, tail, nose
        freeword: free, hungry, small, lost
        friendsword: friends, shoes, legs, seeds
        twoword: two, none
        swimability: swim, dig, climb
        digability: dig, swim, climb
        climbability: climb, swim, dig
        nestword: nest, shoe, cup, house
        pawword: paw, hat, door, book
        oneword: one, ten, none
        wellword: well, sick, small, lost
        whiteword: white, green, red, dry
        snowmanword: snowman, sandcastle, boat, tree house
        warmword: warmer, colder, smaller, darker
        puddleword: puddle, snowman, mountain, fire
        morningword: morning, midnight, winter, bedtime
        clapword: clapped, cried, slept, left
        notyetword: Not yet, Yes
        oneday: one day, one morning, one afternoon, one quiet Sunday
        housecolor: red, white, yellow, blue, little green, tiny, tall, old brick
        housepart: crooked chimney, green door, big kitchen, garden in front, round window, squeaky gate, flat roof, \
        swing in the back, yellow fence
        housesize: big, small, cozy, crooked, wooden, stone
        family: mom and dad, mom, dad, grandparents, two sisters, three brothers, baby brother, big sister, \
        mom and a grumpy cat, dad and seven hens, parents and a fat hamster
        hobby: draw, sing, read books, climb trees, jump in puddles, bake cookies, count stars, catch frogs, paint, dance, \
        ride bikes, build towers, tell jokes, collect shells, feed the ducks, play the piano, look at clouds, plant flowers, \
        fold paper boats, run races, visit the library, splash in the bath, chase butterflies, make mud pies, solve riddles
        dinner: noodles, soup, rice and beans, mashed potatoes, pancakes, cheese sandwiches, tomato salad, corn on the cob, \
        chicken with peas, fish and chips, scrambled eggs, vegetable stew, spaghetti, toast with jam, pumpkin soup
        age: four, five, six, seven, eight
        bigthing: spiders, the dark, loud thunder, big dogs, deep water, high trees, ghosts, dragons
        clothes: a red cap, yellow boots, green pants, a striped shirt, a blue dress, a coat with big buttons, \
        white sneakers, two different socks, a purple jacket, round glasses, a ribbon around the wrist
        job: doctor, pilot, baker, teacher, farmer, sailor, painter, singer, astronaut, gardener, captain, dancer, clown, \
        firefighter, scientist, vet, inventor, mail carrier, train driver, cook
        habit: always said hello, laughed so loud, could whistle with two fingers, knew every cat by name, never stopped \
        asking questions, told the best jokes, waved to every bus, sang in the bath, had a very long scarf
        flyingthing: butterfly, bird, dragonfly, balloon, moth, bumblebee, leaf, feather
        cloudshape: sheep, mountains, dragons, ships, cotton, castles, elephants, pillows, fish
        smell: fresh bread, flowers, rain, cut grass, soap, apples, pine trees, warm milk, hay, wet leaves
        sounding: bell rang, train whistled, rooster crowed, truck rumbled, clock struck the hour, door slammed, \
        radio played a song, horse neighed, church bell sang, tractor hummed
        barker: dog barked, cat meowed, door creaked, child laughed, bird sang, clock ticked, cow mooed, bike bell rang
        skylight: sun, pale sun, bright sun, yellow sun, morning sun
        moving: leaves, grass, curtains, flowers, flags, branches, bushes, clothes on the line
        goodday: wonderful, lovely, special, strange, perfect, exciting, great, happy, fine
        everyday: listened more and shouted less, looked twice before leaving, kept a friend close, said thank you more often, \
        told this story to everyone, smiled a little more, shared a snack every day, carried a small notebook, took \
        better care of things
        answered: said, answered, replied
        danger: climb up the wall, run on the wet stones, stand on the swing, jump from the high rock, ride without hands, \
        climb over the fence, balance on the old log, slide down backwards
        skill: ride a bike, swim, skate, whistle, tie a knot, jump rope, climb a rope, stand on one hand, throw a ball far, \
        do a cartwheel, walk on stilts, fly a kite
        missing: sugar, eggs, milk, honey, salt, yeast, vanilla, cinnamon
        impatient: impatient, sad, cross, disappointed
        drink: lemonade, apple juice, cold tea, berry juice, orange juice
        evening: that night, that evening, at bedtime, before dinner, after supper
        """

    static let people = """
        Lily | child she | kind: girl
        Mia | child she | kind: girl
        Anna | child she | kind: girl
        Emma | child she | kind: girl
        Sara | child she | kind: girl
        Lucy | child she | kind: girl
        Ella | child she | kind: girl
        Zoe | child she | kind: girl
        Maya | child she | kind: girl
        Nora | child she | kind: girl
        Ruby | child she | kind: girl
        Hana | child she | kind: girl
        Tom | child he | kind: boy
        Ben | child he | kind: boy
        Sam | child he | kind: boy
        Max | child he | kind: boy
        Tim | child he | kind: boy
        Jack | child he | kind: boy
        Leo | child he | kind: boy
        Noah | child he | kind: boy
        Adam | child he | kind: boy
        Peter | child he | kind: boy
        Omar | child he | kind: boy
        Kenji | child he | kind: boy
        Mom | adult family parent she | kind: mom
        Dad | adult family parent he | kind: dad
        Grandma | adult family grand she | kind: grandma
        Grandpa | adult family grand he | kind: grandpa
        Aunt Rose | adult family relative she | kind: aunt
        Uncle Bob | adult family relative he | kind: uncle
        Mrs. Bell | adult neighbor she | kind: neighbor
        Mr. Gray | adult neighbor he | kind: neighbor
        Mrs. Green | adult neighbor she | kind: neighbor
        Mr. Hill | adult neighbor he | kind: neighbor
        Miss Lane | adult teacher she | kind: teacher
        Mr. Park | adult teacher he | kind: teacher
        """

    /// Animals with what they say and eat and where they live.
    static let animals = """
        mouse | smallbeast digger gnawer land wild | sound: squeaked; food: cheese / crumbs / seeds / nuts / corn; home: hole
        squirrel | smallbeast climber land wild | sound: chattered; food: nuts / seeds / berries; home: hollow tree
        rabbit | smallbeast digger land wild | sound: squeaked; food: carrots / leaves / grass / roots; home: burrow
        hedgehog | smallbeast land wild | sound: snuffled; food: worms / berries; home: pile of leaves
        mole | smallbeast digger land wild | sound: squeaked; food: worms / roots; home: tunnel
        frog | smallbeast swimmer wild | sound: croaked; food: flies / worms / tiny bugs; home: pond
        turtle | smallbeast swimmer slow wild | sound: grunted; food: leaves / grass / worms / fish; home: shell
        snail | smallbeast slow wild | sound: whispered; food: leaves / grass; home: shell
        bee | smallbeast flyer wild | sound: buzzed; food: honey; home: hive
        butterfly | smallbeast flyer wild | sound: whispered; food: nectar; home: meadow
        ladybug | smallbeast flyer wild | sound: whispered; food: tiny bugs; home: rose bush
        ant | smallbeast digger wild | sound: whispered; food: crumbs / seeds / honey; home: anthill
        spider | smallbeast climber wild | sound: whispered; food: flies / tiny bugs; home: web
        kitten | smallbeast pet climber land | sound: meowed; food: milk / fish / meat; home: basket
        puppy | smallbeast pet land | sound: barked; food: bones / meat / milk; home: kennel
        duckling | smallbeast swimmer farm | sound: peeped; food: bread crumbs / seeds / grass / worms / bread / corn; home: nest
        chick | smallbeast farm | sound: peeped; food: seeds / corn / worms / bread crumbs; home: hen house
        robin | smallbeast flyer bird wild | sound: chirped; food: worms / seeds / berries / crumbs / flies; home: nest
        sparrow | smallbeast flyer bird wild | sound: chirped; food: seeds / worms / corn / crumbs / bread / bread crumbs; home: nest
        owl | flyer bird wild | sound: hooted; food: mice / worms; home: hollow tree
        crow | flyer bird wild | sound: cawed; food: corn / worms / seeds / mice / bread / nuts / meat; home: nest
        parrot | flyer bird | sound: squawked; food: seeds / nuts / bananas / apples / corn; home: cage
        cat | pet climber land | sound: meowed; food: fish / milk / meat / mice; home: basket
        dog | pet digger land | sound: barked; food: bones / meat; home: kennel
        fox | land wild | sound: yelped; food: berries / mice / meat / apples; home: den
        badger | digger land wild | sound: grunted; food: roots / worms / berries / nuts; home: burrow
        beaver | swimmer gnawer wild | sound: grunted; food: bark / leaves / roots; home: dam
        otter | swimmer wild | sound: whistled; food: fish; home: river bank
        duck | swimmer bird farm | sound: quacked; food: bread / grass / corn / seeds / worms / bread crumbs; home: pond
        goose | swimmer bird farm | sound: honked; food: grass / corn / seeds / bread; home: farm
        hen | bird farm | sound: clucked; food: corn / seeds / worms / grass / bread crumbs / bread; home: hen house
        rooster | bird farm | sound: crowed; food: corn / seeds / worms / bread crumbs / bread / grass; home: hen house
        lamb | farm land | sound: bleated; food: grass / hay / milk / leaves; home: meadow
        goat | farm land climber | sound: bleated; food: grass / hay / leaves / apples / carrots / bark; home: barn
        pig | farm land | sound: oinked; food: apples / corn / roots / carrots / bread / grass; home: sty
        sheep | farm land | sound: bleated; food: grass / hay / leaves; home: meadow
        cow | bigbeast farm land strong | sound: mooed; food: grass / hay / corn; home: barn
        horse | bigbeast farm land strong fast | sound: neighed; food: hay / grass / apples / carrots; home: stable
        pony | farm land fast | sound: neighed; food: apples / hay / grass / carrots; home: stable
        donkey | bigbeast farm land strong | sound: brayed; food: hay / grass / apples / carrots; home: stable
        deer | land fast wild | sound: called softly; food: leaves / grass / berries / bark / apples / nuts; home: forest
        bear | bigbeast land strong wild | sound: growled; food: honey / fish / berries / nuts / roots / meat / apples; home: cave
        wolf | bigbeast land wild fast | sound: howled; food: meat / bones; home: den
        lion | bigbeast zoo strong | sound: roared; food: meat / bones; home: den
        tiger | bigbeast zoo strong | sound: roared; food: meat / bones; home: jungle
        elephant | bigbeast zoo strong | sound: trumpeted; food: peanuts / leaves / grass / bananas / hay / bark / apples; home: jungle
        monkey | zoo climber | sound: chattered; food: bananas / nuts / leaves / peanuts / apples / berries; home: jungle
        giraffe | bigbeast zoo tall | sound: hummed; food: leaves / grass / hay; home: zoo
        penguin | zoo swimmer bird | sound: squawked; food: fish / tiny fish; home: ice
        fish | smallbeast sea swimmer | sound: bubbled; food: worms / seaweed / tiny fish; home: coral
        crab | smallbeast sea | sound: clicked; food: seaweed / worms / tiny fish / fish; home: rock pool
        seal | sea swimmer | sound: barked; food: fish / tiny fish; home: rocky shore
        dolphin | sea swimmer fast | sound: whistled; food: fish / tiny fish; home: sea
        whale | bigbeast sea swimmer strong | sound: sang; food: tiny fish / fish; home: ocean
        """

    static let things = """
        ball | toy round rolls
        doll | toy soft lost
        kite | toy windy
        drum | toy music
        boat | toy floats
        train | toy wheels
        car | toy wheels
        truck | toy wheels
        robot | toy
        puzzle | toy
        teddy bear | toy soft lost
        balloon | toy windy
        scooter | toy wheels big
        wagon | toy wheels big
        bike | toy wheels big
        hoop | toy round rolls
        puppet | toy soft lost
        marble | toy round rolls tiny
        whistle | toy music tiny
        flute | toy music
        horn | toy music
        guitar | toy music
        paper plane | toy windy
        jump rope | toy
        spinning top | toy
        dollhouse | toy big
        rocking horse | toy big
        crown | wear toy
        mask | wear toy
        hat | cloth wear windy
        scarf | cloth wear windy
        coat | cloth wear
        sweater | cloth wear
        cape | cloth wear
        mitten | cloth wear lost
        ribbon | cloth windy
        blanket | cloth bed
        pillow | cloth bed
        sock | cloth wear lost
        apron | cloth wear
        apple | food fruit round countable
        pear | food fruit countable
        peach | food fruit round
        plum | food fruit round countable
        orange | food fruit round countable
        banana | food fruit countable
        lemon | food fruit round countable
        strawberry | food fruit
        carrot | food vegetable
        potato | food vegetable round
        tomato | food vegetable round
        pumpkin | food vegetable round
        turnip | food vegetable round
        cabbage | food vegetable round
        cucumber | food vegetable
        mushroom | food vegetable
        cake | baked meal oven
        pie | baked meal oven
        muffin | baked oven
        cookie | baked oven
        pancake | baked
        waffle | baked
        bun | baked oven
        sandwich | baked
        pizza | baked meal oven
        loaf of bread | baked meal
        cup | dish breaks
        plate | dish breaks
        bowl | dish breaks
        vase | dish breaks
        teapot | dish breaks
        jar | dish breaks
        mirror | dish breaks
        lamp | dish breaks
        clock | dish breaks
        window | dish breaks
        ring | treasure tiny
        coin | treasure tiny round
        shell | treasure tiny
        feather | treasure tiny windy
        stone | treasure tiny
        pearl | treasure tiny round
        necklace | treasure tiny
        bracelet | treasure tiny
        button | treasure tiny round
        bead | treasure tiny round
        medal | treasure tiny
        key | treasure tiny
        bell | treasure music
        pencil | thing school
        crayon | thing school
        book | thing school
        notebook | thing school
        map | thing windy
        picture | thing windy
        letter | thing windy
        lantern | thing light
        bucket | tool holds
        basket | tool holds
        bag | tool holds
        box | tool holds
        broom | tool
        umbrella | tool
        """

    static let places = """
        park | outdoor town play | spots: under the bench / behind the big tree / next to the swings / in the sandbox / \
        near the slide / beside the fountain
        garden | outdoor home play | spots: under the rose bush / behind the shed / among the flowers / next to the gate / \
        under the watering can / near the beans
        yard | outdoor home play | at: in the yard; spots: under the porch / behind the fence / next to the doghouse / \
        under the picnic table / beside the woodpile
        playground | outdoor town play | at: at the playground; spots: under the slide / behind the swings / \
        in the sandbox / beside the seesaw / near the gate
        forest | outdoor wild | spots: under a fern / behind a mossy rock / inside a hollow log / beside the stream / \
        under a pile of leaves / at the foot of the oak tree
        meadow | outdoor wild play | spots: in the tall grass / behind a daisy patch / under a clover leaf / \
        beside the old stump / near the stone wall
        hill | outdoor wild play | at: on the hill; spots: behind a rock / in the tall grass / under the lonely tree / \
        beside the path
        beach | outdoor water play | at: at the beach; spots: under a towel / behind the sandcastle / beside a rock pool / \
        under some seaweed / in the warm sand
        lake | outdoor water | at: by the lake; spots: under the dock / behind the reeds / beside the rowboat / \
        near the muddy bank
        river | outdoor water | at: by the river; spots: under the bridge / behind the reeds / between two rocks / \
        on the muddy bank
        pond | outdoor water | at: by the pond; spots: under a lily pad / behind the reeds / beside the willow tree / \
        near the stepping stones
        farm | outdoor work | at: on the farm; to: to the farm; spots: under the hay / behind the barn / \
        beside the tractor / in the pig pen / next to the well
        zoo | outdoor town | at: at the zoo; spots: under a bench / behind the monkey house / beside the ticket booth / \
        near the duck pond
        market | outdoor town shop | at: at the market; spots: under a fruit cart / behind a stack of boxes / \
        beside the fish stall / next to the flower stand
        street | outdoor town | at: on the street; to: down the street; spots: under a parked car / behind the mailbox / \
        beside the lamp post / next to the bakery door
        kitchen | indoor home | spots: under the table / behind the stove / in the cupboard / beside the sink / \
        on top of the fridge
        bedroom | indoor home | spots: under the bed / behind the curtain / in the toy chest / under the pillow / \
        inside the closet
        living room | indoor home | spots: under the sofa / behind the bookcase / beneath the rug / beside the fireplace / \
        between the cushions
        attic | indoor home | spots: under a dusty sheet / behind an old trunk / in a cardboard box / beside the window
        barn | indoor work | spots: under the hay / behind the ladder / inside a milk bucket / beside the gray donkey
        school | indoor town | at: at school; to: to school; spots: under the desk / behind the piano / in the coat room / \
        beside the bookshelf
        library | indoor town | at: at the library; spots: under a chair / behind a tall shelf / between two books / \
        beside the globe
        bakery | indoor town shop | at: at the bakery; spots: under the counter / behind a flour sack / beside the oven
        toy shop | indoor town shop | at: at the toy shop; spots: under a shelf / behind the dollhouse / \
        beside the big window
        """

    /// Troubles with the tool that helps, what it is used for, and why.
    static let ideas = """
        apple tree | trouble high | tool: ladder / stool; use: climbed up to the branch; why: the branch was too high to reach
        top shelf | trouble high | tool: chair / stool; use: stood on it; why: the shelf was too high to reach
        torn pocket | trouble torn | tool: needle and thread; use: sewed up the hole; why: the cloth had a hole
        deep hole | trouble deep | tool: rope; use: let it down to the bottom; why: the sides were too steep to climb
        loose wheel | trouble broken | tool: hammer / screwdriver; use: put the wheel back on; why: the nail had come out
        dark cellar | trouble dark | tool: flashlight / lantern / candle; use: lit up every corner; why: it was too dark to see
        muddy floor | trouble dirty | tool: mop / wet rag; use: wiped the floor clean; why: the floor was covered with mud
        pile of leaves | trouble dirty | tool: rake / broom; use: swept the leaves away; why: the leaves covered the path
        dry flowers | trouble dry | tool: watering can / hose; use: gave them a long drink; why: it had not rained for days
        locked door | trouble locked | tool: key; use: opened the lock; why: the lock would not move
        tight knot | trouble knot | tool: scissors; use: cut the string; why: the knot was too tight
        cold hands | trouble cold | tool: mittens; use: put them on; why: the snow was freezing
        scraped knee | trouble hurt | tool: bandage; use: covered the scrape; why: the skin was red and sore
        heavy rain | trouble wet | tool: umbrella; use: held it up high; why: the rain was pouring down
        ripped page | trouble torn | tool: tape / glue; use: joined the two halves; why: the paper was in two pieces
        wide stream | trouble river | tool: plank / log; use: laid it across the water; why: the water was too wide to jump over
        deep snow | trouble snow | tool: shovel; use: cleared a path to the gate; why: the snow blocked the door
        dusty room | trouble dirty | tool: broom / duster; use: swept up all the dust; why: dust lay everywhere
        """
}
