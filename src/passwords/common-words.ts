/**
 * The most common words of passwords, in lower case and mostly without the digits and signs around them;
 * `common-passwords.ts` derives the variants. Together they match the 3,000 most frequent leaked passwords of at least 6
 * characters.
 */
export const commonWords: ReadonlySet<string> = new Set(
  `
  1123581321 1passwor 4815162342 50cent 8j4ye3uz aardvark aaron aberdeen abgrtyu abigail abril abuela access accord
  account acdc acer achilles acmilan action active actor actress adam adgangskode adgjmptw adidas adm admin
  administrador administrator admiral adobe adrian adriana adrien advance adventure aerosmith aezakmi africa african
  agent aggies agnes agnieszka agosto aikido airborne airbus airforce airjordan airplane ajax alabama alan alaska
  albatros albert alberto albion alchemist alejandr alejandra alejandro aleksandr alessandro alex alexa alexande
  alexander alexandr alexandra alexandre alexandru alexis alfa alfred alfredo alhamdulillah alibaba alice alicia alien
  aliens alison allah alliance allison allsop alone alpha alphabet alpine always alyssa amadeus amanda amarillo
  amateur amazing amazon amber ambition amelia amen america american amiga amigo amigos amor amore amour amsterda
  amsterdam amy ana anaconda anakin analsex anarchy anastasia anders anderson andre andrea andreas andrei andrew
  andrey android anfield angel angela angelica angelika angelina angelito angelo angels angie anhyeuem ania animal
  animals anita anjing ann anna annabelle anne annette annie antelope anthony antoine anton antonia antonio anubis
  anyone anything aout apache apollo apple applepie apples april aquaman aquarius aragorn archer archie area51
  argentina ariel aries arizona armada armando armani army arnold arsch arschloch arsenal arsenalfc art artemis arthur
  artist arts arturo asdf asdfgh ashley ashton asia asian askim aspire aspirine asroma ass assassin assassins asshole
  asterix astros asus atari athena athens atlanta atlantic atlantis atletico atomic attack auburn audi audrey august
  aurora aussie austin australi australia australian austria autumn avalon avatar avenger avengers aviation avril
  avrillavigne awesome azamat azerty azertyuiop aztec azul babe babies baby babyboy babydoll babyface babygirl babylon
  backdoor backspace backup bacon bad badass badboy badboys badger badgirl baer baerchen baggins bailey balance baller
  ballet balloon baloo bambam bambi bamboo banana bananas bandit bangbang bangkok bangladesh banker banshee barbara
  barbie barca barcelon barcelona bargain barkley barney barsik bart bartek bartsimpson baseball basia basket basketba
  basketball bass bassboy bassman bastard bathroom batman battle baxter bayern bayernmunchen beach beagle beaner
  beanie bear bears beatles beatrice beatriz beautiful beauty beaver beavis bebe beckham becky bedroom bee beefcake
  beer bees beetle beijing belgium believe believer belinda bella beloved ben bender benfica bengals benjamin bennett
  benny bentley benvenuto benz beograd berlin bernard bernd bernie bertha besiktas best bestfriend bestfriends beta
  beth bethany better betty beverly beyonce bhebhe bianca bianco biatch bible bicycle bieber bienvenido bienvenue bier
  big bigballs bigbird bigboy bigdaddy bigdick bigdog bigfoot bigger biggie bigguy bigmac bigman bigred bigtits bike
  biker bikini bilbo bill billie billy bingo bintang biology bird birdie birds birthday biscuit bishop bismillah
  bisous bitch bitchass bitches bitcoin biteme bizkit black blackberry blackcat blackhaw blackie blackjac blackjack
  blacks blacksabbath blacky blade blades blahblah blake blanc blanco blaster blau blazer bleach bless blessed
  blessing bleu blink blinkone blizzard blonde blondes blondie blood bloody blossom blowjob blowme blue blueberry
  bluebird blueeyes bluemoon bluesky blume blyad bmw bob boba bobafett bobbie bobby bobcat bobcats bobmarley boca
  bocajuniors boeing bogart bogdan bogota bohica bolivia bollocks bollox bomber bonanza bond bondage bonehead bones
  bonheur bonita bonito bonjour bonjovi bonnie bonsai boob boobies booboo boobs booger boogie book books boomer bootie
  boots bordeaux bored boring borussia bosco boss boston bottom boutique bowler bowling bowser boxer boxers boxing boy
  boys br0d3r bracelet brad bradley brain brandi brando brandon brandy brasil brasilia bratz braves brazil bread
  breast breeze brenda brendan brian brianna bridge bridget bristol britain british britney brittany bro broadway
  broken brokenheart bronco broncos bronx bronze brooke brooklyn brooks brother brothers brown brownie browns bruce
  brucelee bruins bruno brussels brutus bryan bryant bubba bubbas bubble bubblegum bubbles buccaneers bucket buckeye
  buckeyes bucuresti bud budapest buddha buddy budlight budweiser buenosaires buffalo buffett buffy bugatti bugger
  bugsbunny buick builder bulldog bulldogs bullet bulls bullshit bumblebee bunghole bunnies bunny burger burrito
  burton business buster butch butler butter buttercup butterfl butterfly butterscotch butthead butthole buttman
  buttons buzz byebye byteme c3po cabbage cabron cactus cadillac caesar cairo caitlin caleb calico caliente californ
  california caligula callie callme callofduty calvin calypso camaro camel camelot camels camera cameron camila
  camilla camille campbell camper camping camry canada canadian cancel cancer cancun candle candy cannabis cannon
  canon cantona canucks canyon cap capital capricorn captain captainamerica captainmorgan caracas caralho caramel
  cardinal cardinals carl carla carlo carlos carlton carmen carnage carnival carol carolina caroline carolyn carpenter
  carpet carrera carrie carrot carson cart carter cartman cartoon casanova caserta casey cash casino casper cassandra
  cassidy cassie castle cat catalina catch22 catdog catfish catherin catherine cats catwoman cavalier caveman ccbill
  cde cdtnkfyf cecilia cedric celeste celica celine cell cellphone celtic celtics center central century cerveza cesar
  cessna chad chair challenger champion champions champs chance chandler chanel change changeit changeme changes chaos
  chapman charger chargers charizard charles charley charli charlie charliebrown charlott charlotte charlton charly
  charmed chaser checkout cheer cheerleader cheers cheese cheeseburger cheetah chelsea chelseafc chemical chemistry
  cherokee cherry cheryl chester chesterfield chevelle chevrole chevrolet chevy chewbacca chewie cheyenne chicago
  chicken chickens chicks chico chief chiefs child children chile chili chilli china chinese chinga chipper chips
  chiquita chivas chloe choco chocolat chocolate chopper chouchou chris chrissy christ christia christian christin
  christina christine christmas christop christopher christy chronic chubby chuck chucky chuj church ciao cielo cigar
  cigarette cinder cinderella cindy cinema cinnamon cinta cisco citroen city civic civilization cjkysirj cjkywt claire
  clancy clapton clara clarence clarinet classic classroom claude claudia claudio clayton clemson cleopatra cleveland
  client clifford climb climber clinton clipper clitoris clock cloud clover clown clyde coach cobra coca cocacola
  cocaine cock cocks coconut code coding cody coffee coke cola coldplay coleman colin colleen college collins cologne
  colombia colonel colorado colors colt45 coltrane colts columbia columbus comet comics command commander commando
  company compaq computer concord concrete condom condor confused connard connect conner connie connor conrad
  construction consumer content contrasena contrasenia control converse cookie cookies cool coolboy cooler coolgirl
  coolguy coolio coolman cooper cooter cop copper coral corazon corinthians corolla corona corrado corsa corvette
  cosmic cosmo cosmopolitan cosmos cosworth cottage cotton coucou cougar cougars counter counterstrike country courage
  courtney cow cowboy cowboys cowgirl coyote cracker craig crap crazy crazybab crazyboy crazygirl creampie creamy
  creation creative creator credit creed creeper cricket crimson cristian cristiano cristianoronaldo cristina critter
  croatia cruise crunch crusader cruzazul cry crying crystal cthulhu cthutq cuba cubano cubs cuddles cullen culo cum
  cumming cumshot cunt cupcake cupid curious curtis custom customer cute cutie cutiepie cutlass cutter cxfcnmt cyber
  cyberpunk cycling cyclone cyclops cyka cynthia cypress dad daddy dagger daisy daisymae dakota dale dallas
  dallascowboys dalton damian damien dammit damn damnit dana dance dancer dancing danger dangerous daniel daniela
  daniele danielle daniels daniil danila danmark danny daredevil dark darkangel darklord darkness darkside darkstar
  darling darren darth darthvader darwin dasha dasher data database daughter dave david davids davidson davinci dawg
  dawid dawson daydream daytona dbrnjhbz dead deadhead deadman deadpool dean deanna death deathnote debbie debian
  deborah debra december decembre decker deejay deepblue deer deere deeznuts default defender defiant deftones delete
  delhi dell delphi delta deluxe demo demon demons denali denise deniska denmark dennis dentist denver depeche
  depechemode derek derrick design designer desire deskjet desktop destiny destroyer detective detroit deutsch
  deutschland developer devil devilmaycry devils dexter dezember dfkthbz dfkthf dharma diablo diamond diamonds diana
  diane diciembre dick dickhead dickie die died diego dienstag diesel dietcoke dieter digger digimon digital dilbert
  dilligaf dillon dima dimon dinamo dingdong dingo dinosaur dior dios diosesamor dipper direct director dirty discord
  discount discover discovery disney disneyland disturbed divine divorced dj dkflbvbh dmitri doberman docker doctor
  doctors dodge dodger dodgeram dodgers dog dogbert doggie doggy doggystyle dogs dollar dolly dolphin dolphins domain
  domingo dominic dominican dominika dominique domino dominos donald donaldduck donkey donna donnerstag donnie
  dontknow doobie doodle dookie doom door dork dorothy dortmund dota double doudou doughboy douglas drache dracula
  dragon dragonball dragonballz dragonfly dragons dragoon drake dream dreamer dreaming dreams dress drive driver
  drizzle drizzt droopy drowssap drpepper drugs drum drummer drums dthjybrf dubai dublin ducati duchess duck duckie
  ducky dude dudley duke dumb dumbass dumbledore dumbo dummy duncan dupa dupadupa durango duster dustin dusty dying
  dylan dynamic dynamite dynasty eagle eagles earth easter eatme eatpussy eatshit ebay eclipse ecuador eduard eduardo
  edward edwin eeyore egypt eight eileen einstein ekaterina elaine elcamino eldorado eleanor electric electro
  electronic electronics element elena eleonora elephant eleven elias elijah elisa elisabeth elizabet elizabeth ella
  ellen elliot elliott elsa elvira elvis elvispresley elwood emanuel emerald emerson emilio emily eminem emma emmanuel
  emperor empire energy enero engage engaged engel engine engineer engineering england english enigma enrique enter
  enterpri enterprise entertainment entrar entropy entry envision eric erica ericsson erik erika ernest ernesto erotic
  escape escort espana espresso ester esther estrella ete eternal eternity ethan eugene euro eva evanescence evelyn
  everest evergreen everlast everton everything evil evolution example excalibu excalibur excellent exigen exigent
  exodus explorer express extreme fabian fabio facebook factory faggot fairlane fairy faith falcon falcons fall fallen
  fallenangel fallout familia familie famille family fanta fantastic fantasy farm farmer farscape farside fashion
  faster fat fatal fatass fatboy fatcat father fatima fatty favorite fcbarcelona fcbayern feather febrero februar
  february federico felicia felicity felipe felix fender fenerbahce fernand fernanda fernando ferrari ferret fetish
  feuer fever fevrier feyenoord fiat fick ficken fiction fiddle fidelity fiesta fiftycent figaro fight fighter film
  filter finalfantasy finger fingers finish finland fiona fire fireball firebird firefighter firefly firefox firehawk
  fireman firewall first firstlove fish fisher fishes fishing fitness five fktrcfylh fktrcfylhf fktrctq flame flamengo
  flames flamingo flash flatron fletch fletcher flight flipper floppy flor florence flores florian florida flounder
  flower flowers floyd fluffy fly flyboy flyers flying focus foobar foofoo fool footbal football force ford fordf150
  forest forever forget forgetit forgot formula forrest fortnite fortress fortuna fortune forum fossil foster fountain
  four fourtwenty fowler fox foxes foxtrot foxy fraggle fragile france frances francesca francesco francis francisco
  franco francois frank frankfurt frankie franklin franky freak freaks freaky freckles fred freddie freddy frederic
  frederick fredfred freebird freedom freefall freefire freeman freepass freeporn freestyle freeuser freeze freitag
  french friday friedrich friend friendly friends friendship friendster fright frisco frisky frodo frog frogger froggy
  front242 frontier frosty frozen fruehling fubar fuck fucked fucker fuckers fuckface fuckher fuckin fucking fuckit
  fuckme fuckoff fuckthat fucktheworld fuckthis fucku fuckyou fuckyouall fugazi fun function funky funny funtime
  fusion fussball futbol futebol future fyfcnfcbz fylhtq gabber gabrie gabriel gabriela gabrielle gadget galatasaray
  galaxy galina galore gambit gambler game gameboy gamecocks gamecube gameofthrones gamer gamers games gamma ganda
  gandalf ganesh ganesha gangbang gangsta gangster ganja garage garbage garcia garden garfield garnet garrett gary
  gast gateway gatito gator gators gay gays gbpltw gecko geheim geheimnis gelb gemini general genesis genius gentle
  gentleman george georgia gerald geraldine gerard gerardo german germany geronimo gerrard gertrud getlost getout
  getsome gfhjkm ghana ghbdtn ghbdtnbr ghetto ghjcnj ghost ghostrider ghosts giants gibson giggles gilbert gillian
  gina ginger giorgi giorgio giovanni giraffe girl girls github giulia giuseppe gizmo gizmodo gjkbyf glacier gladiator
  glenn glitter global gloria gmail gmoney gnome goat goaway goblin goblue god godbless goddess godfather godisgood
  godsmack godzilla gofish goforit gogogo gohan goku gold goldberg golden goldeneye goldfish goldie golf golfball
  golfer golfing goliath gollum goober good goodboy goodbye goodgirl goodluck goodmorning goodnight goodtime goofball
  goofy google goose gopher gordon gorgeous gorilla gosia gospel gotcha gothic gotohell govols grace gracie graham
  grandam grandma grandpa granite granny grape grapes graphics grateful gravity gray great greatone greece greed greek
  green greenbay greenday greenlantern greens gregory gremio gremlin grendel gretchen grey griffey griffin gringo
  grizzly groovy grover gruen grumpy gryffindor gta guadalupe guapa guardian gucci guest guillermo guiness guinness
  guitar guitarra gumby gummy gun gundam gunit gunner guns gunsnroses gustav gustavo gwapo gym gypsy hack hacker
  hacking haha hahaha hailey hal9000 halflife hallelujah hallo hallowed halloween halo hamburg hamburger hamilton
  hamlet hammer hammers hamster handball handjob handsome hannah hannahmontana hannibal hans hansen hansolo hanuman
  happiness happy happyday happynewyear hardcore harder hardon hardrock hardware harley harleydavidson harleyquinn
  harmony harold harper harris harrison harry harrypotter harvey hase hash hasi haslo hassan hastings hat hate hateme
  hater haters hateyou hatred havana hawaii hawaiian hawk hawkeye hawks hayabusa hayden hayley hazard headache heart
  heartbreaker hearts heat heather heaven heavymetal hector hedgehog hehe heidi heineken helen helena helicopter hell
  hellas hellfire hello hellokitty helloo helloworld hellraiser hellyeah helmut helpme helsinki hemligt hemp hendrix
  henry hentai herbert herbie herbst hercules heritage herman hermana hermano hermes hermione hermosa hero heroes
  heroin herself hershey heslo hesoyam hey hidden highland highlander highschool highway hiker hiking hilton himmel
  himself hinata hiphop hippie hippo history hithere hitler hitman hiver hjvfirf hobbes hobbit hockey hogwarts hola
  holden holiday holidays holland hollow holly hollywoo hollywood holmes holyshit home homeboy homebrew homer homers
  homes homo honda honesty honey honeybee honeybun hongkong honolulu hooker hoosiers hooter hooters hoover hope hopper
  horizon horndog hornet hornets horney horny horse horses hospital hot hotboy hotdog hotgirl hotmail hotrod hotshot
  hotstuff hottie houdini house houses houston howard hrvatska huawei hudson hugo hugs hulk hummer hund hundred
  hungary hunger hungergames hungry hunter hunting hurensohn hurley hurrican hurricane husker huskers huskies husky
  hustler hyperion hyundai ian ibanez ibm ibrahim ice iceberg icecream icecube icehouse iceland iceman ichigo ichliebe
  ichliebedich idiot idontknow iforgot ignacio igor iguana ihatethis ihateyou illini illinois illmatic illusion ilove
  iloveher iloveme iloveu iloveyo iloveyou iloveyoubaby iloveyouso iloveyouu imagine immortal impact impala imperial
  impreza incubus india indian indiana indians indigo indonesia infantry inferno infinite infiniti infinity
  ingodwetrust ingrid initial innocent insane insect inshallah inside inspiron instagram integra intel intelligence
  inter intermilan international internet intrepid intruder invierno invisible ipad iphone ireland irene irina irish
  ironhorse ironmaiden ironman isaac isabel isabella isabelle isaiah iseedeadpeople island israel istanbul itachi
  italia italian italy itsme ivan ivanov ivanova iverson iwantu jabber jack jackal jackass jackdaniels jacket jackie
  jackoff jackpot jackson jacob jacqueline jade jaeger jaguar jaguars jaime jaja jakarta jake jamaica jamaican james
  jamesbon jamesbond jamie jammer jan jane janet janice janine janitor januar january janvier japan japanese jared
  jarhead jasmin jasmine jason jasper java javascript javier jay jayhawk jayjay jazz jazzy jean jeanette jeans jedi
  jeep jeff jeffrey jehova jehovah jello jelly jellybean jellyfish jelszo jenkins jennie jennifer jenny jensen
  jeremiah jeremy jericho jerkoff jermaine jerome jerry jersey jesse jessica jessie jester jesucristo jesus
  jesuschrist jesusis jetaime jethro jetski jewel jewels jiggaman jill jim jimmy jingle joan joanna joanne joaquin
  jochen joe joel joey johan johann johanna john johndeere johnlennon johnny johnson jojo jojojo joker jokers jonas
  jonasbrothers jonathan jordan jorge jose joseph joshua journey joyful joyjoy jrcfyf juan juanita jubilee judge
  judith judo jueves juggalo juice juicy juillet juin juli julia julian juliana julie juliet juliette julio julius
  july jumbo jump jumper jumping june junebug jungle juni junio junior jupiter jurgen justdoit justice justin
  justinbieber justine justme jutta juve juventus kaefer kaiser kaka kakashi kaktus kamil kangaroo kansas karachi
  karaoke karate karen karin karina karl karla karolina kasia kasper katana katarina kate katerina katherine kathleen
  kathryn kathy katie katja katrin katrina katya katze kawasaki kayak kayla kcj9wx5n keeper keith kelley kelly kelsey
  ken kennedy kenneth kennwort kenny kenshin kentucky kenwood kenworth kenya kermit kernel kerstin kevin key keyboard
  keys keystone keywest kia kickass kicker kiddo kidrock kids kiev kill killbill killer killers killjoy killme killyou
  kim kimber kimberly king kingdom kingdomhearts kingfish kingkong kingpin kings kingston kipper kirby kirill kirk
  kirsten kiss kisses kissme kissmyass kitchen kitkat kitten kittens kitty kittycat klaster klaus klingon knicks knife
  knight knights knopka knuckles koala kobe kobebryant kocham kochamcie kochanie kodiak koeln kolobok kolya koolaid
  korea korn koshka kotek kotenok krakow kramer krasota krishna krista kristen kristi kristin kristina kristy
  kryptonite ktyjxrf kuba kucing kulit kungfu kurt kurtcobain kurwa kwiatek kyle labrador labtec lacoste lacrosse
  ladies lady ladybird ladybug lagos laguna lake lakers lakeside lamborghini lamp lancelot lancer landlord landon
  lansing lapochka laptop larisa larry laser lastchance lasvegas latino laura lauren laurent laurie lavender lawrence
  lawyer lazio lazy leader leafs leagueoflegends leah leandro leather leavemealone lebron lebronjames ledzep
  ledzeppelin leeds legacy legend legendary legends legion legolas lemon lemonade lemons lena lennon lenovo leo leon
  leonard leonardo leopard lera lesbian lesbians leslie lespaul lestat lester leticia letitbe letme letmein letsgo
  letter leviathan lewis lexmark liam liberty libra library lick licker lickit lickme liebe liebling lifehack lifetime
  lightbulb lighthouse lightnin lightning lights lillian lilwayne lily lima lime limewire limited lincoln linda
  lindsay lindsey lineage link linkedin linkinpark linux lion lionking lions liquid lisa little littlegirl littleman
  littleone liverpoo liverpool liverpoolfc lizard lizzie ljubov lmao lobster locked locomotive logan login login123
  logitech logon lol lola lolipop lolita lollipop lollol lollypop lolol london lonely lonestar lonewolf longhorn
  longhorns looker looking looney lordoftherings loren lorena lorenzo lorraine losangeles losenord loser losers lotus
  louis louise louisvuitton loulou love loveit lovelove lovely loveme lover lovers loveu loveyou loving lowrider
  lozinka lubov luca lucas lucia luciano lucifer lucille luck lucky luckydog luckyme luckyone lucy ludmila ludwig
  luffy luigi luis luisa lukas lukasz luke lukeskywalker lullaby luna lunes luther lvbnhbq lynn lyon lyubov macaroni
  macbook macdaddy machine macintosh macross madden maddie maddog madeline madison madman madmax madness madonna
  madrid maerz maestro mafia magazine magda magdalena mage magellan magenta maggie magic magician magick magnet
  magnetic magnolia magnum magnus mahal mahalkita mahalko mai maiden mailcreated5240 mailman maimuta majestic makaveli
  maksim malaysia malcolm malibu mallard malysh mama mamacita mamamia mambo mami mamma man manager manchest manchester
  manchesterunited mancity mandarin mandy manfred mango manhattan maniac manila manowar mansion manuel manuela
  manunited manutd maple maradona marathon marble marc marcel marcela marcelo march marcin marco marcopolo marcos
  marcus margaret margarita margot maria mariah marian mariana marianne maribel marie marijuana marilyn marina marine
  mariner mariners marines marino mario marion mariposa marisa marisol marissa mark market markus marlboro marlene
  marley marlin marlon maroon married mars marseille marshall marshmallow marta martes martha martin martina martinez
  martini marvel marvin mary maryjane maryland marzo mascot maserati mash masha mason massive master masterchief
  masterkey mastermind masters masturbation matador matahari mateo mateusz math mathematics mathew mathias mathieu
  maths matilda matrix matteo matthew matthias mattie mature maureen maurice mauricio maus mausi maverick max maxell
  maxima maxime maximum maximus maxine maxwell may mayday mayhem maynard mayo mazda mdp meatball meatloaf mechanic
  medellin medical medicine mega megadeth megaman megan megatron meghan mehmet melanie melbourne melinda melissa
  mellon mellow melody melon melvin member memorex memories memory memphis men menace mental mentor mercedes mercenary
  mercury mercy merde meredith meridian merlin mermaid mersedes messi metal metallic metallica meteor method metro
  metroid mets mewtwo mexican mexicano mexico miami miamor micaela michael michaela michaeljackson michaeljordan
  michal micheal michel michele michelle michigan mickael mickey mickeymouse microlab microsof microsoft midget
  midnight midnite miercoles mierda mifamilia mighty miguel mihaela mihai mike mikey mila milan milana milano milena
  mileycyrus military milk milkman millenium millennium miller millie million millionaire milton mindless mindy mine
  minecraft minimum minister minnesota minnie minou miracle mirage miranda miriam mirror mischief misha misiek misio
  mission missy mister mistress mitchell mitsubishi mittens mittwoch mivida mobile mocha model models modem mohamed
  mohammad mohammed moises mollie molly molson mom mommy momoney monalisa monarch mond monday money moneymaker moneys
  mongoose monica monika monique monitor monkey monkeys monopoly monroe monster monsterenergy monsters montag montana
  montecarlo monterey montreal moocow mookie moomoo moon moonbeam moonlight moonshine moose mordor morgan moritz
  morning morpheus morris morrison mortal mortalkombat mortgage moscow moskva motdepasse mother motherfucker motion
  motocross motor motorbike motorcycle motorola mountain mountains mouse movie movies mozart mudvayne muenchen muffin
  muhammad muhammed mulder mum mumbai mummy munchkin munich muppet murat murder murphy murray muscle mushroom music
  musica musician musik mustafa mustang mustangs mutti mybabies mybaby mychemicalromance mydog myfamily mykey mykids
  mylove mypass mypassword myriam mysecret myself myspace mysql mysterious mystery mystic mystical mystique nachos
  nadia nadine nairobi naked namaste nancy naomi nap napoleon napoli napster narnia naruto nasa nascar nashville nasty
  nastya natali natalia natalie natasha nathalie nathan national natural nature naughty navidad navy ncc1701a ncc1701d
  ncc1701e nebraska necklace necromancer necronomicon nederland needforspeed needle negro nellie nelly nelson nemesis
  nemo neo neptune nero nestor netflix network nevada never nevermind nevermore newborn newcastle newjersey newlife
  newman newpass newpassword newport newspaper newstart newton newyear newyork newzealand neymar nfnmzyf nguyen nice
  niceguy nicholas nick nicky nicola nicolae nicolas nicole nicoleta nigeria night nightcrawler nightfall nighthawk
  nightmare nightwing nike nikita nikki nikola nikon nimbus nimrod nina nine niners ninja ninjas nintendo nipple
  nipples nippon nirvana nissan nitro noah nobody nocturnal noel nofear noidea noir nokia nolimit nomad none nonsense
  noodle noodles nookie nopass nopassword nora norge norman norton norway nostromo notebook nothing nounours novell
  november novembre noviembre nugget number nurse nutmeg nuttertools nwo4life nyjets nylons nymets oakland oakley
  oasis oatmeal obiwan oblivion obsidian ocean oceans october octobre octopus octubre oddball odessa odyssey ofadown
  office offline offspring ohio ohyeah oicu812 oilers oklahoma oksana oktober oldman oldschool oleg olga oliver olivia
  olympia olympus oma omar omega omg omsairam one onedirection oneill onelove onepiece onion online onlineshop onlyme
  onlyone onyx opa opal opel open opensesame openup opera operator optimist optimus option oracle orange oranges
  orchard orchid order oregon oreo orgasm original orioles orlando oscar osiris ostern otono otter otto outback
  outkast outlaw outlook overkill overload overlord overwatch owner oxford ozzy pablo pacific package packard packer
  packers pacman pain painful paint paintball painter painting pakistan palace paladin palmeiras palmer palomino
  pamela panama panasonic pancake pancho panda pandas pandora pangit panic pantera panther panthers panties pants
  pantyhos pantyhose panzer paola papa paper papi paradise paradox paramore paranoid paris parker parol parola parole
  parool parrot party pascal pasha pass passat passion passord passphrase passport passwd passwor passwor1 password
  passwords passwort pasta patches pathfinder patience patricia patricio patrick patriot patriots patryk patton patty
  paul paula paulina pauline pavilion paypal payton peace peaceful peach peaches peacock peanut peanutbutter peanuts
  pearl pearljam pebbles pedro peekaboo peewee pegasus peggy pele pelican pen pencil pendejo penelope penguin penguins
  penis penny pentium people pepper peppermint peppers pepsi perfect perfection perkele perrito perry persia personal
  peru pervert peter peterpan peters petra peugeot phantom pharaoh phil philadelphia philip philipp philippines
  philips phillies phillip phillips philly phoebe phoenix phone photo photographer photos physics piano pianoman
  picard picasso piccolo pickle pickles picture pierre piesek pig piggy piglet pigs pikachu pilipinas pillow pilot
  pimp pimpin pinball pineappl pineapple pinga pingpong pink pinkfloy pinkfloyd pinky pioneer piotrek pippen pirate
  pirates pisces piss pissoff pistol pistons pitbull piter pixel pizza planet plastic platinum platypus play playa
  playback playboy player players playgirl playing playstation playtime please pleasure plumber pluto plymouth poem
  poetry pogi poison poiuyt pokemon poker poland polarbear polaris police polina polniypizdec polo polska pompey
  poncho ponies pontiac pony poodle pooh poohbear pookie poontang poop pooper poophead poopie poopoo pooter popcorn
  popeye popper porkchop porn porno pornographic pornstar porra porsche portal porter portland porto portugal poseidon
  positive possum postal postgres postman potato potatoes potter powder powell power powerful powers prada prague
  praha prayer precious predator prelude premier preppy presario presley prestige presto preston pretty prettygirl
  primavera primus prince princes princesa princesita princess princesse principessa printer prinzessin priscilla
  private privet prodigy professional professor program programmer progress project prometheus promise prophet prosper
  protect protocol provider psalm psv psycho pubg public puddin pudding puertorico puffer puma pumas pumba pumpkin
  punisher punkin punkrock punksnotdead puppet puppies puppy puppydog pupsik purple pussie pussies pussy pussycat
  pussys puta putain putas puto putter pwd pyramid python qazwsx qazxsw quake quality quantum quartz quattro queen
  queens quentin quest quiksilver quincy qwert qwerty qwertz r2d2 rabbit rabbits race racecar racer racerx rachael
  rachel racing radical radio radiohead rafael ragnarok rahasia raiden raider raiders railroad rain rainbow rainbows
  rainy rainyday raistlin ralph rambler rambo rammstein ramon ramona ramses ranch randall random randy ranger rangers
  rap raphael rapper raptor rapture rapunzel raquel rascal rasdzv3 raspberry rasputin rasta rastafari ratman rattler
  raul raven ravens raymond razor rbcekz rbhbkk rctybz reader reading reagan reality realmadrid realtor reaper reason
  rebeca rebecca rebel rebels red redalert redbull reddit reddog redhead redhot redneck redrose redrum redskins redsox
  redwing redwings redwood reebok reflex reggae reggie regina reginald regional reina reliance remember remington
  remote remy renate renault rene renee renegade rereirf rescue research resident respect retard retired revenge
  reverse review revolution rfhbyf rfnthbyf rfrfirf rfrnec rfvtgb rhbcnbyf rhino rhonda ricardo rice rich richard
  richards richie rick ricky ricochet riddle rider ridgeback rifle rightnow rihanna ring ripper ripple rita rivaldo
  river riverplate rivers rjirfrgbde rjntyjr road roadking roadrunner robbie robert roberta roberto roberts robin
  roblox robotech rocio rock rocker rocket rockets rockhard rockies rocknroll rockon rocks rockstar rocky rodeo rodney
  rodrigo roger rogers rojo roland rolex rolf roller rollingstones rolltide roma romain roman romance romania romantic
  romashka rome romeo rommel ronald ronaldinho ronaldo ronnie ronny rookie rooney rooster root rootbeer rosa rosalie
  rosario roscoe rose rosebud rosemary roses rosie ross rossiya rosso roswell rot rotterdam rouge roulette route66
  router rovers roxanne roxy roy royal royals royalty rubber ruben ruby rudolf rudy rugby rum run runaway runescape
  runner running rupert rush ruslan rusland russell russia russian rustam rusty ruth ryan saab sabado sabbath sabina
  sabine sabres sabrina sacred sad sadness safari safe safety sagittarius saibaba saigon sailboat sailing sailor saint
  saints sairam sakura salasana sally salmon salope salsa salt salut salvador sam samantha samara samiam sammie sammy
  sample sampson samsam samson samstag samsung samuel samurai sanandreas sanchez sandals sanders sandiego sandman
  sandra sandro sandy sanfrancisco sanity santana santiago santos sapphire sara sarah saratoga sascha sasha sasuke
  satan satisfaction saturday saturn sauron sausage savage savannah sayang sayangku scandinavian scania scarecrow
  scarface scarlet scarlett schalke schatz schatzi scheiss scheisse schmetterling schnuffi school schoolgirl schwarz
  schweiz science scientist scirocco scissors scooby scoobydo scoobydoo scooter scorpio scorpion scorpions scotch
  scotland scott scottie scottish scotty scout scrabble scrappy scratch scream screamer screen screwyou scrubs scruffy
  scully sea seabee seahawk seahawks seamus sean search seaside seattle sebastia sebastian second secret secrets
  secure security seeker sega seinfeld select selena selenagomez seminole semperfi senators senha seni senior sentinel
  seoul sephiroth septembe september septembre serbia serega serena serenity sergei sergey sergio serpent server
  service seryoga sesame seven sevens sevilla seviyorum sex sex4me sexo sexsex sexual sexy sexybitch sexygirl sexylady
  sexyme shadow shadow1 shadows shaggy shakespeare shakira shalom shaman shamrock shane shaney14 shanghai shania
  shannon shanti shaolin shaq shark sharks sharon shasta shaun shaved shawn shazam shearer sheena sheep sheila shelby
  shelley shelly shelter shemale sheriff sherlock sherman sherry sherwood shibby shiloh shinobi shipping shirley shirt
  shit shitface shithead shitty shiva shoe shoes shogun shooter shop shopper shopping shortcake shorty shotgun showme
  showtime shrek shuttle shutup sidney siemens sierra sifra sifre sigma signin silence silent silly silvana silver
  silverado silvia simba simcity simon simona simone simple simpson simpsons sims sinatra sinbad sinclair singapore
  singer singing single sinner sirius sis sister sithlord six sixers skarb skate skateboard skateboarding skater
  skeeter skeleton ski skidoo skiing skinny skipper skippy skittles skoda skorpion skull skydive skyhawk skylar
  skyline skype skyrim skywalk skywalke skywalker slacker slammer slappy slapshot slava slayer sleep sleeper sleepy
  slick slider slimshady slinky slipknot slipper slonce sluggo slut slutty slytherin smackdown smart smartass smarty
  smasher smile smiles smiley smiling smithers smitty smoke smoker smokey smokin smoking smooth smoothie smother
  smudge smurf snake snakes snape snapper snapple snatch sneakers sneaky snickers sniper snoopdog snoopy snow snowball
  snowbird snowboard snowboarding snowflake snowman snuffy snuggles sobaka soccer socks socrates soda sofia softail
  softball software sojdlg123aljg sol soldier soleil solitude solnce solomon solution somebody someone somethin
  something sommer sommerzeit son song songs sonia sonic sonja sonne sonnenschein sonntag sony sonyericsson sooner
  sooners sophia sophie sorrow sorry soso123aljg soulmate sound source southern southpark southside space spaghetti
  spain spanish spanker spanking spankme spanky spark sparkle sparks sparky sparrow sparta spartacus spartak spartan
  spartans speaker spears special specialk spectre spectrum speed speedo speedy spencer sphinx spice spider spiderma
  spiderman spiders spidey spike spikes spiral spirit spitfire splash splinter spock spongebob spooky spoon sporting
  sports sporty spotify spring springer sprinkles sprint sprite spunky spurs sputnik spyder sql squall squirrel squirt
  srinivas stacey stalker stallion standard stanley star starbuck starcraft stardust starfish stargate stargazer
  starlight stars starship start startrek startup starwars static station stealth steam steele steeler steelers stefan
  stefania stefano steffen steffi stella stephani stephanie stephen stereo sterlin sterling sterne steve steven stevie
  stewart sticks sticky stimpy stinger stingray stinker stinky stitch stockholm stocking stocks stolen stonecol
  stonecold stoned stoner stones stop store storm stormtrooper stormy story strange stranger stratocaster strawberry
  street streets strength strider strike striker stripper strong stuart student students studio stupid stuttgart style
  subaru sublime submarine subway success suck sucker suckit suckme sugar sugarbear suicide sultan summer summertime
  summit sun sundance sunday sundown sunflower sunny sunrise sunset sunshine suomi super superb superfly supergirl
  superhero superior superman supermario supernova supersecret supersonic supersta superstar superuser superwoman
  support supra supreme surf surfer surfing surprise survivor susan susanne sushi susi suspect suzanne suzuki sven
  sverige svetik svetlana swallow sweden sweet sweetheart sweethome sweetie sweetlove sweetness sweetpea sweets sweety
  swim swimmer swimming swinger swingers switzerland sword swordfis swordfish sydney sylvia sylvie symbol symphony
  syracuse system tabasco tabitha table taco tacobell tacoma tacos taiwan talisman tamara tamer tampa tango tania
  tanja tanker tanner tanya tara tarantula tardis target tarheel tarheels tarzan tatiana tatjana tattoo tatyana taurus
  taylor taylorswift taz tazmania tdutybq tea teacher teamo teamomucho tears technics techno technology teddy
  teddybear tekken telecom telefon telegram telephone teletubbies television temp tempest templar temple temporary ten
  tennessee tennis tequiero tequieromucho tequila terence teresa terminal terminator terrapin terror terry tesla test
  testament tester testing testtest tetris teufel texans texas thailand thanks thankyou theater thebeast thebeatles
  thebest theboss thecakeisalie thecure thedoors thegame thekid theking theman themaster themoon theodore theone
  theresa therock thesims thesis thething thierry thinker thirsty thirteen thisisit thizz thomas thompson thor
  thorsten thousand three throat thug thuglife thumper thunder thunderbird thursday thx1138 tiamo ticketmaster tickle
  tiffany tiger tigers tigerwoods tigger tigre tigrou tiktok tim timber time timebomb timeless timothy tina tinker
  tinkerbell tinman tiny tired titan titanic titanium titans titleist tits titties titus tmp toast tobias today todd
  toffee together toilet tokiohotel tokyo tolkien tom tomahawk tomato tomcat tomek tommy tommyhilfiger tomorrow toni
  tony tool toolbox toor tootsie topcat topdog topgun topher topper topsecret toptop tornado toronto torres torsten
  tortoise toshiba tottenha tottenham touchdown toulouse tourist tower town toyota tracey tracker tractor tracy
  traffic trains trance tranquil trans transam transfer transformer transformers translator transport trapper travel
  traveler traveller travis treasure treble trebor tree trees trekker trevor trfnthbyf triangle tribal trickster
  tricky trident trigger trinidad trinity trip triple tripod tristan triton triumph trixie trojan trojans trombone
  trooper tropical trouble troubles truck trucker trucks truelove trumpet trunks trust trustme trustno tshirt tsunami
  tucker tuesday tulip tundra tupac turbo turkey turkish turkiye turner turnip turquoise turtle turtles tuxedo tweety
  tweetybird twilight twinkie twins twisted twister twitter two tyler typhoon tyrone tyson ubuntu udo ukraine ulrich
  ultima ultimate ultra umbrella unbelievable underdog undertaker underworld unicorn unicorns unique united unity
  universal universe university unknown unreal uranus ursula usa user username usmc usuckballz1 utah utopia uwe
  vacances vacation vader vadim vagabond vagina valencia valentin valentina valentine valentines valentino valera
  valeria valerie valhalla valkyrie valley vampire vampires vancouver vanessa vanguard vanhalen vanilla vans vati
  vauxhall vector vectra vegas vegeta velocity velvet venezuela vengeance venice venom ventura venus vera verano
  verbatim verde verga veritas verizon vermont vernon verona veronica veronika versace vert vertigo veteran vfczyz
  vfhbyf vfhecz vfksirf vfrcbv vfrcbvrf vfvekz vfvjxrf viagra vibration vicente vicki vicky victor victoria
  victoriasecret victory video vienna viernes vietnam viking vikings viktor viktoria village vincent vincenzo vino
  vintage violet violin viper vipers virgencita virgin virginia virgo virtual virus vision visitor vitalik vivian
  vivien vkontakte vladik vladimir vladimirovna vladislav vodafone vodka volcano voldemort volker volkswagen volley
  volleyball volume volvo voodoo vortex vova voyager voyeur vulcan wachtwoord wales walker wallace walleye walnut
  walrus walter wanda wanker wanted war warcraft warhammer warlock warlord warning warren warrior warriors warszawa
  washington wasser wassup watch water waterfall waterloo watermelon waters watson wayne weapon weasel weather web
  webmaster webshop website webster wedding wednesday weed weedman weekend weezer weihnachten weird weiss welcome
  wendy werder werewolf werner wesley western westham westside wetpussy whale whatever whatsapp whatsup wheels
  whiplash whiskey whisky whisper whistler white whitney whocares whore whosyourdaddy whynot wibble wicked widget wien
  wifi wikipedia wilbur wild wildcat wildcats wildchild wildfire wildwood wilfried wilhelm william williams willie
  willis willkommen willow wilson windmill window windows windsor windsurf wine winner winners winnie winning winona
  winston winter winteriscoming wireless wisconsin wisdom wishbone witch wizard wojtek wolf wolfgang wolfie wolfman
  wolfpack wolverin wolverine wolves woman wombat women wonder wonderful wonderland wonderwoman woodland woody woofer
  woofwoof wookie wordlife wordpass work working world worldofwarcraft wrangler wrestler wrestlin wrestling wright
  wrinkle1 writer wtf wutang wwe xanadu xander xavier xbox xfiles xiaomi xmas xmen xsw xtreme xxx yahoo yamaha yankee
  yankees yasmin yasmine ybrbnf yeahbaby yellow yesterday yesyes yfnfif yoda yolanda yomama yosemite yoshi youandme
  youknow young younger youngmoney youngone yourmom yourmother yourpassword yours youtube yoyo yoyoyo yugioh yulia
  yumyum yves yvette yvonne yzerman zachary zagreb zanzibar zaphod zaq zaqwsx zaraza zebra zelda zenit zenith zeppelin
  zero zeus zidane zipper zoe zoltan zombie zombies zoom zoomzoom zoro zorro zuerich zvezda zxc zxcvbn
  `
    .trim()
    .split(/\s+/),
);
